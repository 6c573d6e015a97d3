package io.tokenledger.it.harness;

import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * A request that the fake provider received.
 *
 * @param method HTTP method
 * @param target path and query as sent
 * @param headers by lower-case name; of repeated ones the last
 * @param body the whole body, empty when there was none
 */
public record Request(String method, String target, Map<String, String> headers, byte[] body) {
  public String path() {
    int query = target.indexOf('?');
    return query < 0 ? target : target.substring(0, query);
  }

  public String text() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
