package io.tokenledger.agent.client.apache5;

import java.util.concurrent.CompletableFuture;

/** What an application does with Apache HttpClient 5, without a type of it. */
public interface ApacheScenario {
  /** A call under way: how to cancel it, and what its reader got. */
  record Cancelled(Runnable cancel, CompletableFuture<String> outcome) {}

  /** Uses the minimal client from here on. */
  void minimal();

  byte[] get(String url) throws Exception;

  byte[] post(String url, String body) throws Exception;

  /** A body that can be written once, in pieces. */
  byte[] postOneShot(String url, String body) throws Exception;

  /** What the application can see of the exchange afterwards. */
  String describe(String url, String body) throws Exception;

  String entityClass(String url) throws Exception;

  byte[] writeTo(String url) throws Exception;

  String firstBytes(String url, int bytes) throws Exception;

  void keepUnread(String url) throws Exception;

  void drop();

  Cancelled cancelled(String url);

  /** Leased and available connections of the pool. */
  String pool();
}
