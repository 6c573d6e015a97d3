package io.tokenledger.agent.client.apache5;

import io.tokenledger.agent.client.ClientTap;
import io.tokenledger.agent.client.Hooks;
import io.tokenledger.agent.client.TapPoints;
import io.tokenledger.agent.exchange.Meter;
import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.MethodPlan;
import io.tokenledger.agent.rewrite.MethodRewriter;
import io.tokenledger.agent.rewrite.Tees;
import java.util.List;
import java.util.function.BiFunction;

/**
 * Apache HttpClient 5.0 to 5.6, classic API.
 *
 * <p>The tap point is {@code doExecute} of the two clients there are: every public {@code execute}
 * ends there. Attempts that the client discards stay inside and are no rows: a retried connection
 * or a 429 or 503 that it repeats, a redirect, an authentication challenge.
 *
 * <p>Of the response only the entity is replaced: code that releases the connection hangs on the
 * response object. The request entity is wrapped at the call that leaves {@code doExecute}; there
 * the request is the client's own copy, or, in the minimal client, is covered by a wrapper. The
 * application's request never holds anything of ours. An attempt that the client repeats from the
 * original request writes its body unseen; the first attempt has shown it. Only where a stream is
 * asked for usage the original is covered as well ({@code ExecChain.Scope}), so that the repeated
 * attempt asks too.
 */
public final class ApacheTap implements ClientTap {
  private static final int BEGIN = TapPoints.APACHE5;
  private static final int REQUEST = TapPoints.APACHE5 + 1;
  private static final int RETURNED = TapPoints.APACHE5 + 2;
  private static final int THROWN = TapPoints.APACHE5 + 3;
  private static final int SCOPE = TapPoints.APACHE5 + 4;

  private static final MethodPlan.Argument SENT =
      new MethodPlan.Argument("Lorg/apache/hc/core5/http/ClassicHttpRequest;", REQUEST);

  private final Tees<ApacheTees> tees =
      new Tees<>(
          ApacheTees.class,
          "io.tokenledger.agent.client.apache5.tee",
          "Factory",
          "AskedScope",
          "EditedEntity",
          "EntityLook",
          "FilteredInputStream",
          "FilteredInputStream$Passed",
          "FilteredOutput",
          "RequestHeaders",
          "ResponseHeaders",
          "TappedCall",
          "TeeInputStream",
          "TeeOutputStream",
          "TeeRequest",
          "TeeRequestEntity",
          "TeeResponseEntity");

  @Override
  public String name() {
    return "apache5";
  }

  @Override
  public List<ClientRewriter> rewriters() {
    return List.of(
        rewriter(
            "org/apache/hc/client5/http/impl/classic/InternalHttpClient",
            SENT,
            new MethodPlan.Argument("Lorg/apache/hc/client5/http/classic/ExecChain$Scope;", SCOPE)),
        rewriter("org/apache/hc/client5/http/impl/classic/MinimalHttpClient", SENT));
  }

  @Override
  public void install(Hooks hooks, Meter meter) {
    hooks.install(BEGIN, new Begin(tees, meter));
    hooks.install(REQUEST, ApacheHook.REQUEST);
    hooks.install(RETURNED, ApacheHook.RETURNED);
    hooks.install(THROWN, ApacheHook.THROWN);
    hooks.install(SCOPE, ApacheHook.SCOPE);
  }

  private static ClientRewriter rewriter(String className, MethodPlan.Argument... replaced) {
    return new MethodRewriter(
        new MethodPlan(
            className,
            "doExecute",
            "(Lorg/apache/hc/core5/http/HttpHost;"
                + "Lorg/apache/hc/core5/http/ClassicHttpRequest;"
                + "Lorg/apache/hc/core5/http/protocol/HttpContext;)"
                + "Lorg/apache/hc/client5/http/impl/classic/CloseableHttpResponse;",
            BEGIN,
            1,
            2,
            new int[0],
            MethodPlan.NONE,
            new MethodPlan.Call(
                "execute",
                List.of(replaced),
                "Lorg/apache/hc/core5/http/ClassicHttpResponse;",
                MethodPlan.NONE),
            RETURNED,
            THROWN));
  }

  /** Starts a call with the tees of the copy of the client that makes it. */
  private record Begin(Tees<ApacheTees> tees, Meter meter)
      implements BiFunction<Object, Object, Object> {
    @Override
    public Object apply(Object target, Object request) {
      Class<?> client = coreClass(request.getClass());
      if (client == null) {
        client = target == null ? null : target.getClass();
      }
      ApacheTees of = client == null ? null : tees.of(client, meter);
      return of == null ? null : of.begin(target, request, meter);
    }

    /** The first class of the client's among a request's: applications extend them. */
    private static Class<?> coreClass(Class<?> requestClass) {
      Class<?> c = requestClass;
      while (c != null && !c.getName().startsWith("org.apache.hc.core5.")) {
        c = c.getSuperclass();
      }
      return c;
    }
  }
}
