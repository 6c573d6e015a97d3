package io.tokenledger.agent.provider;

import io.tokenledger.agent.exchange.RequestTarget;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A capture that a test states field by field. */
public final class FakeCapture implements Captured {
  private final RequestTarget target;
  private final Map<String, String> request = new HashMap<>();
  private final Map<String, String> response = new HashMap<>();
  private final Map<String, String> requestHeaders = new HashMap<>();
  private final Map<String, String> responseHeaders = new HashMap<>();
  private final Set<String> tooLarge = new HashSet<>();
  private String provider = "test";
  private Ending ending = Ending.COMPLETE;
  private Integer status = 200;
  private Boolean streamed = false;
  private boolean requestUnseen;
  private boolean undecodable;
  private boolean damaged;

  private FakeCapture(RequestTarget target) {
    this.target = target;
  }

  /** A successful whole answer to a {@code POST} to this URL's host and path. */
  public static FakeCapture of(String host, String path) {
    return new FakeCapture(new RequestTarget("test", "POST", "https", host, 443, path, null));
  }

  public FakeCapture provider(String name) {
    provider = name;
    return this;
  }

  public FakeCapture request(String name, String json) {
    request.put(name, json);
    return this;
  }

  public FakeCapture response(String name, String json) {
    response.put(name, json);
    return this;
  }

  public FakeCapture requestHeader(String name, String value) {
    requestHeaders.put(name, value);
    return this;
  }

  public FakeCapture responseHeader(String name, String value) {
    responseHeaders.put(name, value);
    return this;
  }

  public FakeCapture passingItsBound(String name) {
    tooLarge.add(name);
    return this;
  }

  public FakeCapture ending(Ending how) {
    ending = how;
    return this;
  }

  public FakeCapture status(int code) {
    status = code;
    return this;
  }

  /** No response came. */
  public FakeCapture unanswered() {
    status = null;
    streamed = null;
    return this;
  }

  public FakeCapture asStream() {
    streamed = true;
    return this;
  }

  public FakeCapture withUnseenRequest() {
    requestUnseen = true;
    return this;
  }

  public FakeCapture withUnknownEncoding() {
    undecodable = true;
    return this;
  }

  public FakeCapture damagedOnTheWay() {
    undecodable = true;
    damaged = true;
    return ending(Ending.TRUNCATED);
  }

  @Override
  public String provider() {
    return provider;
  }

  @Override
  public RequestTarget target() {
    return target;
  }

  @Override
  public Ending ending() {
    return ending;
  }

  @Override
  public Integer status() {
    return status;
  }

  @Override
  public Boolean streamed() {
    return streamed;
  }

  @Override
  public String framing() {
    return streamed == null ? null : streamed ? "sse" : "json";
  }

  @Override
  public String request(String name) {
    return request.get(name);
  }

  @Override
  public boolean requestUnseen() {
    return requestUnseen;
  }

  @Override
  public String response(String name) {
    return response.get(name);
  }

  @Override
  public boolean tooLarge(String name) {
    return tooLarge.contains(name);
  }

  @Override
  public Map<String, Long> tally(String name) {
    return Map.of();
  }

  @Override
  public String responseHeader(String name) {
    return responseHeaders.get(name);
  }

  @Override
  public String requestHeader(String name) {
    return requestHeaders.get(name);
  }

  @Override
  public boolean damaged() {
    return damaged;
  }

  @Override
  public boolean undecodable() {
    return undecodable;
  }
}
