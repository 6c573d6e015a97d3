package io.tokenledger.agent.client;

import java.util.function.BiFunction;

/** Where a client's tap installs its hooks: the bridge, or a table of a test's. */
@FunctionalInterface
public interface Hooks {
  /** Installs the hook of a tap point of {@link TapPoints}. */
  void install(int point, BiFunction<Object, Object, Object> hook);
}
