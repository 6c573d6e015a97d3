package io.tokenledger.agent.provider;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Hosts that turned out to be no provider's. An application talks to few hosts and to those again
 * and again, so that asking every provider each time is most of what its other requests would pay.
 * Bounded: beyond {@value #MAX_HOSTS} nothing more is remembered, which costs time and nothing
 * else. Thread-safe; a look-up allocates nothing.
 */
final class UnservedHosts {
  static final int MAX_HOSTS = 256;

  private final Provider[] providers;
  private final ConcurrentHashMap<String, Boolean> remembered = new ConcurrentHashMap<>();

  UnservedHosts(Provider[] providers) {
    this.providers = providers;
  }

  /** True when the host, as it is spelt, is no provider's at any port. */
  boolean contains(String host) {
    return remembered.containsKey(host);
  }

  /** Remembers a host, unless a provider may serve it at another port. */
  void add(String host) {
    if (remembered.mappingCount() >= MAX_HOSTS) {
      return; // two threads may both add the last one: a few more do no harm
    }
    for (Provider provider : providers) {
      if (provider.mayServe(host)) {
        return;
      }
    }
    remembered.put(host, Boolean.TRUE);
  }
}
