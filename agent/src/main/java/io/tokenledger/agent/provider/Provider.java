package io.tokenledger.agent.provider;

import io.tokenledger.agent.exchange.RequestTarget;

/** A provider: which calls are its own. One package, and one line in {@link Providers}. */
public interface Provider {
  /** The name of the {@code provider} column, such as {@code openai}. */
  String name();

  /** True for the provider's own hosts. */
  boolean servesHost(String host);

  /** True for requests to the provider's own hosts, where a port must be right as well. */
  default boolean serves(RequestTarget target) {
    return servesHost(target.host());
  }

  /**
   * The surface of a path on one of the provider's hosts, or of what follows a configured prefix;
   * null when it is none that is metered (a look-alike included).
   *
   * @param path encoded path without query
   */
  Surface surface(String method, String path);

  /**
   * As above for a host that nobody listed: matches the end of the path. Null when it is none of
   * ours.
   */
  default Surface dialectSurface(RequestTarget target) {
    return null;
  }
}
