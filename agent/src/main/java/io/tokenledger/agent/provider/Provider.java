package io.tokenledger.agent.provider;

import io.tokenledger.agent.exchange.RequestTarget;
import java.util.List;

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

  /** False when {@link #serves} is, for every request to this host. */
  default boolean mayServe(String host) {
    return servesHost(host);
  }

  /**
   * The surface of a path on one of the provider's hosts, or of what follows a configured prefix;
   * null when it is none that is metered (a look-alike included).
   *
   * @param path encoded path without query
   */
  Surface surface(String method, String path);

  /**
   * Its own hosts as {@code docs/providers.md} names them, a star for what differs between regions
   * and customers: what {@link #servesHost} tells apart.
   */
  default List<String> hosts() {
    return List.of();
  }

  /**
   * The forms of its own calls, for {@code docs/providers.md}: method and path, such as {@code POST
   * /v1/chat/completions}, with names in braces for what differs. {@link #surface} knows each.
   */
  default List<String> calls() {
    return List.of();
  }

  /** What is not read of this provider and why, for {@code docs/providers.md}. */
  default List<NotRead> notRead() {
    return List.of();
  }

  /**
   * Something that is left alone on purpose.
   *
   * @param what a request as in {@link #calls} (then {@link #surface} gives null for it), or words
   * @param why one sentence
   */
  record NotRead(String what, String why) {}
}
