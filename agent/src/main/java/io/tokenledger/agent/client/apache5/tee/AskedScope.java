package io.tokenledger.agent.client.apache5.tee;

import org.apache.hc.client5.http.classic.ExecChain;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpRequest;

/**
 * The scope of a call that is asked for usage. The only class here that names types of httpclient5
 * beside those of httpcore5: where the two have loaders of their own it cannot be linked, and the
 * call goes out as it is.
 */
final class AskedScope {
  private final ExecChain.Scope scope;

  AskedScope(Object scope) {
    this.scope = (ExecChain.Scope) scope;
  }

  /** The application's request, from which the client makes each further attempt. */
  ClassicHttpRequest original() {
    return scope.originalRequest;
  }

  /** The same scope with another entity in that request. */
  Object with(HttpEntity entity) {
    return new ExecChain.Scope(
        scope.exchangeId,
        scope.route,
        new TeeRequest(scope.originalRequest, entity),
        scope.execRuntime,
        scope.clientContext);
  }

  /** The last attempt, as the context that the application passed names it; null: none yet. */
  HttpRequest lastSent() {
    return scope.clientContext.getRequest();
  }
}
