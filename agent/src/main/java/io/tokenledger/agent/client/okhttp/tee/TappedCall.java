package io.tokenledger.agent.client.okhttp.tee;

import io.tokenledger.agent.client.GuardedExchange;
import io.tokenledger.agent.client.okhttp.CallTimeouts;
import io.tokenledger.agent.client.okhttp.OkHttpCall;
import io.tokenledger.agent.streamusage.BodyEdit;
import io.tokenledger.agent.streamusage.UsageAsk;
import io.tokenledger.agent.streamusage.UsageFilter;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import okhttp3.Interceptor;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import okhttp3.ResponseBody;

/**
 * One call, from its first attempt to the end of the body that the application reads.
 *
 * <p>All that the application may still hold of a response (body, source, stream) refers to this
 * object, which is therefore what the meter watches.
 */
final class TappedCall implements OkHttpCall {
  private final Interceptor.Chain chain;
  private final GuardedExchange exchange;
  private final CallTimeouts timeouts;
  private Request original;
  private Request wrapped;
  private boolean hasBody;
  private RequestBody asked;
  private BodyEdit edit;

  /** The response is the application's: what happens to its body counts from here on. */
  private boolean handedBack;

  TappedCall(Interceptor.Chain chain, GuardedExchange exchange, CallTimeouts timeouts) {
    this.chain = chain;
    this.exchange = exchange;
    this.timeouts = timeouts;
  }

  @Override
  public Object request(Object value) {
    Request request = (Request) value;
    RequestBody body = request.body();
    if (body == null) {
      original = null;
      wrapped = null;
      return request;
    }
    if (request != original) {
      wrapped =
          request
              .newBuilder()
              .method(request.method(), new TeeRequestBody(body, exchange, edit(body)))
              .build();
      original = request;
    }
    return wrapped;
  }

  @Override
  public Object response(Object value) {
    Response response = (Response) value;
    hasBody = hasBody(response);
    boolean restore = original != null && response.request() == wrapped;
    if (!hasBody && !restore) {
      return response;
    }
    Response.Builder builder = response.newBuilder();
    if (restore) {
      builder.request(original);
    }
    if (hasBody) {
      UsageFilter filter =
          exchange.usageAsk() == null
              ? null
              : exchange.usageFilter(response.code(), new ResponseHeaders(response));
      builder.body(new TeeResponseBody(response.body(), this, filter));
    }
    return builder.build();
  }

  @Override
  public void returned(Object value) {
    Response response = (Response) value;
    exchange.responseHead(response.code(), new ResponseHeaders(response));
    if (!hasBody) {
      exchange.responseEnd();
      return;
    }
    handedBack = true;
    exchange.watch(this);
  }

  @Override
  public void thrown(Throwable failure) {
    Throwable seen = failure;
    boolean cancellation = false;
    try {
      if (callTimedOut()) {
        seen = timeout(failure);
      } else {
        cancellation = isCancellation(failure);
      }
    } catch (Throwable ours) {
      exchange.detach(ours);
    }
    if (cancellation) {
      exchange.cancelled();
    } else {
      exchange.failed(seen);
    }
  }

  /** Where the bytes of the body go, or null while the response is still OkHttp's own. */
  GuardedExchange reader() {
    return handedBack ? exchange : null;
  }

  /** The same change for each attempt that repeats the body of the first, and for no other. */
  private BodyEdit edit(RequestBody body) {
    UsageAsk ask = exchange.usageAsk();
    if (ask != null && asked == null) {
      asked = body;
      edit = BodyLook.at(body, ask);
    }
    return body == asked ? edit : null;
  }

  private static boolean hasBody(Response response) {
    ResponseBody body = response.body();
    int status = response.code();
    return body != null
        && body.contentLength() != 0
        && status != 204
        && status != 304
        && !response.request().method().equals("HEAD");
  }

  /**
   * OkHttp carries out a call time-out by cancelling: below here it looks like any other cancel.
   */
  private boolean callTimedOut() {
    try {
      return timeouts.expired(chain.call().timeout());
    } catch (LinkageError before312) {
      return false;
    }
  }

  /** The exception that OkHttp makes of it above here, for the application. */
  private static Throwable timeout(Throwable failure) {
    return failure instanceof InterruptedIOException
        ? failure
        : new InterruptedIOException("timeout").initCause(failure);
  }

  private boolean isCancellation(Throwable failure) {
    if (failure instanceof SocketTimeoutException) {
      return false;
    }
    if (failure instanceof InterruptedIOException) {
      // Okio: "timeout" for a deadline, "interrupted" for an interrupted thread.
      return !"timeout".equals(failure.getMessage());
    }
    try {
      return chain.call().isCanceled();
    } catch (LinkageError before39) {
      String message = failure.getMessage();
      return "Canceled".equals(message) || "Socket closed".equals(message);
    }
  }
}
