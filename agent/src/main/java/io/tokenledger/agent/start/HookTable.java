package io.tokenledger.agent.start;

import io.tokenledger.agent.client.Hooks;
import io.tokenledger.agent.safety.CircuitBreaker;
import io.tokenledger.agent.safety.GuardedHook;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.BiFunction;

/**
 * The agent's end of the bridge. The bridge gets one fixed hook for each tap point and is sealed in
 * premain; what a hook passes on to is set here when the first class of its client is rewritten, so
 * that a JVM without that client loads nothing for it.
 */
final class HookTable {
  private static final int POINTS = 64;

  @SuppressWarnings({"unchecked", "rawtypes"})
  private final BiFunction<Object, Object, Object>[] hooks = new BiFunction[POINTS];

  /**
   * Connects every tap point to this table, and seals the bridge. By a method handle: of this shape
   * the JDK has one ready, where reflection makes three classes for the call since JDK 18.
   */
  void connect(Class<?> bridge) throws Throwable {
    @SuppressWarnings("rawtypes")
    BiFunction[] points = new BiFunction[POINTS];
    for (int point = 0; point < POINTS; point++) {
      points[point] = new Point(point);
    }
    MethodHandle install =
        MethodHandles.publicLookup()
            .findStatic(
                bridge, "installAll", MethodType.methodType(boolean.class, BiFunction[].class));
    if (!(boolean) install.invokeExact(points)) {
      throw new IllegalStateException("the bridge is sealed by another agent");
    }
  }

  /** Where the hooks of one client go. */
  Hooks of(CircuitBreaker breaker) {
    return new Hooks() {
      @Override
      public void install(int point, BiFunction<Object, Object, Object> hook) {
        hooks[point] = new GuardedHook(hook, breaker);
      }
    };
  }

  private final class Point implements BiFunction<Object, Object, Object> {
    private final int number;

    Point(int number) {
      this.number = number;
    }

    @Override
    public Object apply(Object first, Object second) {
      BiFunction<Object, Object, Object> hook = hooks[number];
      return hook == null ? null : hook.apply(first, second);
    }
  }
}
