package io.tokenledger.agent.provider;

import io.tokenledger.agent.exchange.RequestTarget;

/** A provider whose calls are known by their path alone, on hosts that nobody listed. */
public interface Dialect {
  /**
   * As {@link Provider#surface} for a host that nobody listed: matches the end of the path. Null
   * when it is none of ours.
   */
  Surface dialectSurface(RequestTarget target);
}
