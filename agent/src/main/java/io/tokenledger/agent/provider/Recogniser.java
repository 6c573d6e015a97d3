package io.tokenledger.agent.provider;

import io.tokenledger.agent.config.AgentConfig;
import io.tokenledger.agent.exchange.RequestTarget;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Tells model calls from all other requests of an application: configured endpoints first (the
 * longest prefix wins), then the providers' own hosts, then, where discovery is on, known paths on
 * hosts that nobody listed.
 *
 * <p>Runs for every request of every metered client, on application threads: string comparisons
 * only, nothing is allocated for a request that is no model call, but for the first one to a host.
 * Thread-safe.
 */
public final class Recogniser {
  private final Provider[] providers;
  private final Dialect[] dialects;
  private final UnservedHosts unserved;
  private final EndpointPrefix[] endpoints;
  private final boolean discover;

  /**
   * @param providers in the order in which they are asked
   * @param endpoints what {@code endpoints[]} of the configuration says
   * @param discover whether a known path on an unlisted host is a call
   * @throws IllegalArgumentException when the URL of an endpoint is none
   */
  public Recogniser(
      List<Provider> providers, List<AgentConfig.Endpoint> endpoints, boolean discover) {
    this.providers = providers.toArray(new Provider[0]);
    this.dialects = dialects(providers);
    this.unserved = new UnservedHosts(this.providers);
    this.endpoints = EndpointPrefix.longestFirst(endpoints, providers);
    this.discover = discover;
  }

  /** The call that a request is, or null when it is none that is metered. */
  public RecognisedCall recognise(RequestTarget target) {
    for (EndpointPrefix endpoint : endpoints) {
      if (endpoint.matches(target)) {
        return configured(endpoint, target);
      }
    }
    if (!unserved.contains(target.host())) {
      for (Provider provider : providers) {
        if (provider.serves(target)) {
          return own(provider, target);
        }
      }
      unserved.add(target.host());
    }
    return discover ? discovered(target) : null;
  }

  /**
   * A configured host may speak more than its provider's first language (OpenAI and Anthropic paths
   * side by side are common), so its own dialect is asked first and the others after it.
   */
  private RecognisedCall configured(EndpointPrefix endpoint, RequestTarget target) {
    String path = endpoint.ownPath(target.path());
    Surface surface =
        endpoint.dialect() == null ? null : endpoint.dialect().surface(target.method(), path);
    for (int i = 0; surface == null && i < providers.length; i++) {
      surface = providers[i].surface(target.method(), path);
    }
    return surface == null
        ? null
        : new RecognisedCall(
            endpoint.provider(), surface, endpoint.billed(), path, target.host(), true);
  }

  private static RecognisedCall own(Provider provider, RequestTarget target) {
    Surface surface = provider.surface(target.method(), target.path());
    return surface == null
        ? null
        : new RecognisedCall(provider.name(), surface, true, target.path(), target.host(), true);
  }

  /** A loop: the first stream of a JVM takes milliseconds. */
  private static Dialect[] dialects(List<Provider> providers) {
    List<Dialect> dialects = new ArrayList<>();
    for (Provider provider : providers) {
      if (provider instanceof Dialect) {
        dialects.add((Dialect) provider);
      }
    }
    return dialects.toArray(new Dialect[0]);
  }

  private RecognisedCall discovered(RequestTarget target) {
    for (Dialect dialect : dialects) {
      Surface surface = dialect.dialectSurface(target);
      if (surface != null) {
        String host = target.host();
        String name = Loopback.is(host) ? "local" : host.toLowerCase(Locale.ROOT);
        return new RecognisedCall(name, surface, false, target.path(), host, false);
      }
    }
    return null;
  }
}
