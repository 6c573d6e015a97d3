package io.tokenledger.agent.client.apache5;

import java.util.function.BiFunction;

/** What runs at one tap point. Not a lambda: these are made in premain. */
enum ApacheHook implements BiFunction<Object, Object, Object> {
  REQUEST {
    @Override
    public Object apply(Object request, Object call) {
      return call == null ? null : ((ApacheCall) call).request(request);
    }
  },
  SCOPE {
    @Override
    public Object apply(Object scope, Object call) {
      return call == null ? null : ((ApacheCall) call).scope(scope);
    }
  },
  RETURNED {
    @Override
    public Object apply(Object response, Object call) {
      if (call != null) {
        ((ApacheCall) call).returned(response);
      }
      return null;
    }
  },
  THROWN {
    @Override
    public Object apply(Object failure, Object call) {
      if (call != null) {
        ((ApacheCall) call).thrown((Throwable) failure);
      }
      return null;
    }
  }
}
