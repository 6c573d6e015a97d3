package io.tokenledger.agent.client.okhttp;

import java.util.concurrent.CompletableFuture;

/** What an application does with OkHttp, without a type of it. */
public interface OkHttpScenario {
  /** A call under way: how to cancel it, and what its reader got. */
  record Cancelled(Runnable cancel, CompletableFuture<String> outcome) {}

  byte[] get(String url) throws Exception;

  byte[] post(String url, String body) throws Exception;

  String head(String url) throws Exception;

  String describe(String url, String body) throws Exception;

  String bodyClass(String url) throws Exception;

  byte[] postAsync(String url, String body) throws Exception;

  byte[] postStreamed(String url, int pieces, int pieceBytes, boolean emit) throws Exception;

  String firstLine(String url) throws Exception;

  void keepUnread(String url) throws Exception;

  void drop();

  Cancelled cancelled(String url);

  /** What the application gets when the whole call may take 300 ms. Since 3.12. */
  String callTimeout(String url, boolean async) throws Exception;

  /** As above, with an interceptor that tries again when the first attempt's read timed out. */
  String callTimeoutAfterRetry(String url) throws Exception;

  /**
   * Bytes allocated by reading further pieces of a response that a network interceptor makes up.
   */
  long allocatedByFurtherPieces(String url) throws Exception;

  byte[] withInterceptors(String url, String body, boolean network) throws Exception;
}
