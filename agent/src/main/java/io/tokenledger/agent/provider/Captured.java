package io.tokenledger.agent.provider;

import io.tokenledger.agent.exchange.RequestTarget;
import java.util.Map;

/**
 * What was captured of an exchange, as a surface's {@link Surface#normalise} reads it on the ledger
 * thread.
 */
public interface Captured {
  /** How the exchange ended. */
  enum Ending {
    /**
     * Terminal event of the stream, or the JSON value closed, or the end of a body with no content.
     */
    COMPLETE,
    /** The body ended without it. */
    TRUNCATED,
    /** Cancelled, closed early, or never read. */
    CANCELLED,
    /** Time-out of the client. */
    TIMEOUT,
    /** The client failed otherwise. */
    FAILED
  }

  /**
   * The {@code provider} column of the call, such as {@code groq}: where the hosts of one language
   * differ, a surface looks it up in a table. For a host that nobody listed it is the host's own
   * name, so that no row of a table fits by accident.
   */
  String provider();

  RequestTarget target();

  Ending ending();

  /** The HTTP status, or null when no response came. */
  Integer status();

  /** True when the response is a stream of events; null when no response came. */
  Boolean streamed();

  /**
   * How the response body was cut into values: {@code sse}, {@code ndjson}, {@code json-array},
   * {@code aws-eventstream}, {@code json}, {@code binary} or {@code other}; null when no response
   * came.
   */
  String framing();

  /** Raw JSON of a request field, or null when the field was not there. */
  String request(String name);

  /** True when the request body was not seen to its end (its facts may be missing). */
  boolean requestUnseen();

  /** Raw JSON of a response field, or null. */
  String response(String name);

  /** True when the value of this response field passed its bound. */
  boolean tooLarge(String name);

  /**
   * The counts of a tallied response (or request) field by distinct value, in the order of their
   * first occurrence; empty when there were none.
   */
  Map<String, Long> tally(String name);

  /** The value of a kept response header, or null. */
  String responseHeader(String name);

  /** The value of a kept request header, or null. */
  String requestHeader(String name);

  /**
   * True when the body could not be decoded (an unknown or unsupported content encoding, or broken
   * data).
   */
  boolean undecodable();

  /** True when what came contradicts its own checksums: it is not what the provider sent. */
  default boolean damaged() {
    return false;
  }
}
