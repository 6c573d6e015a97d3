package io.tokenledger.agent.start;

import java.lang.instrument.Instrumentation;
import java.util.Map;
import java.util.Set;

/**
 * The packages of {@code java.base} that the agent opens to its own loader, so that nobody has to
 * pass {@code --add-opens}. Found by taking one away at a time, on JDK 17 and 25 alike.
 */
final class ModuleAccess {
  private ModuleAccess() {}

  /**
   * Grants, to the unnamed module of the agent's loader alone:
   *
   * <ul>
   *   <li>{@code java.lang} (open): {@link BridgeInstaller} defines the bridge there
   *   <li>{@code java.lang.reflect} (open): Chronicle takes a handle to {@code setAccessible0}
   *   <li>{@code sun.nio.ch}: Chronicle maps files
   *   <li>{@code jdk.internal.ref}: Chronicle's cleaner; without it java.util.logging starts
   *   <li>{@code jdk.internal.misc}: the stand-in for {@code sun.misc.Unsafe}; {@link
   *       PreflightChecks} reads the JVM's arguments
   * </ul>
   */
  static void grant(Instrumentation instrumentation, Module agent) {
    Set<Module> us = Set.of(agent);
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of("sun.nio.ch", us, "jdk.internal.ref", us, "jdk.internal.misc", us),
        Map.of("java.lang", us, "java.lang.reflect", us),
        Set.of(),
        Map.of());
  }
}
