package io.tokenledger.agent.streamusage;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hosts that refused the option in this process: none is asked again. When the list is full nobody
 * is asked any more. Thread-safe.
 */
final class RefusingHosts {
  static final int MAX_HOSTS = 256;

  private final Set<String> refusing = ConcurrentHashMap.newKeySet();

  /** How many exchanges with a host are under way whose failure may be a refusal. */
  private final Map<String, Integer> suspected = new ConcurrentHashMap<>();

  private volatile boolean full;

  static String key(String host, int port) {
    return host.toLowerCase(Locale.ROOT) + ":" + port;
  }

  boolean contains(String host) {
    return full || refusing.contains(host) || suspected.containsKey(host);
  }

  void add(String host) {
    if (refusing.size() >= MAX_HOSTS) {
      full = true;
    } else {
      refusing.add(host);
    }
  }

  /** Not to be asked until {@link #settle}. */
  void suspect(String host) {
    suspected.merge(host, 1, Integer::sum);
  }

  /** What gave rise to {@link #suspect} is known. */
  void settle(String host) {
    suspected.computeIfPresent(host, (any, count) -> count == 1 ? null : count - 1);
  }
}
