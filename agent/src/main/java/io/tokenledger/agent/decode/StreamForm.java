package io.tokenledger.agent.decode;

/**
 * How a surface's bodies are cut into values, where content type and first bytes leave it open. A
 * body of another form than this one is still read as what it declares itself to be.
 */
public enum StreamForm {
  /** One JSON value, or a stream that calls itself one. */
  EVENTS,
  /**
   * Values one after the other also where no content type says so (a server without one, such as
   * Ollama behind some proxies).
   */
  VALUES,
  /**
   * An array at the top is a stream: each element is scanned as a value of its own, so that paths
   * start at the element (Gemini without {@code alt=sse}; also its errors, which come in an array).
   */
  ARRAY,
  /**
   * AWS event stream also where no content type says so. An event of type {@code E} with payload
   * {@code P} is scanned as {@code {"E":P}}; a {@code chunk} as the bare JSON in its {@code bytes};
   * an exception as {@code {"exception":{"type":"...","body":P}}}.
   */
  AWS_EVENTS,
  /**
   * Each line of a 2xx answer is the result of an exchange of its own and gives a record of its
   * own, handed over while the body streams. The surface's {@code isResult} and {@code normalise}
   * are called for each line, with only that line's values, which are complete. The file itself
   * gives a record only when it failed (status 400 or above, no response), was cut or cancelled, or
   * could not be decoded: {@code normalise} is then called once more, without values.
   */
  RECORDS
}
