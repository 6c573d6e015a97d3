package io.tokenledger.agent.client.okhttp;

import java.util.function.BiFunction;

/** What runs at one tap point. Not a lambda: these are made in premain. */
enum OkHttpHook implements BiFunction<Object, Object, Object> {
  REQUEST {
    @Override
    public Object apply(Object request, Object call) {
      return call == null ? null : ((OkHttpCall) call).request(request);
    }
  },
  RESPONSE {
    @Override
    public Object apply(Object response, Object call) {
      return call == null ? null : ((OkHttpCall) call).response(response);
    }
  },
  RETURNED {
    @Override
    public Object apply(Object response, Object call) {
      if (call != null) {
        ((OkHttpCall) call).returned(response);
      }
      return null;
    }
  },
  THROWN {
    @Override
    public Object apply(Object failure, Object call) {
      if (call != null) {
        ((OkHttpCall) call).thrown((Throwable) failure);
      }
      return null;
    }
  }
}
