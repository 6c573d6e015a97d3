package io.tokenledger.agent.client.apache5async;

import java.util.concurrent.Future;

/** What an application does with Apache's asynchronous client, without a type of it. */
public interface ApacheAsyncScenario extends AutoCloseable {
  /** A call under way, and what its callback was told. */
  record Call(Future<?> future, Future<String> told) {}

  /** Uses the minimal client from here on. */
  void minimal();

  byte[] get(String url) throws Exception;

  byte[] post(String url, String body) throws Exception;

  byte[] put(String url, String body) throws Exception;

  /** A body that can be written once, of unknown length. */
  byte[] postOneShot(String url, String body) throws Exception;

  /** Sizes of the pieces that the consumer got, and the rest that it sees. */
  String describe(String url, String body) throws Exception;

  Call start(String url);
}
