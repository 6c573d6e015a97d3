package io.tokenledger.it.start;

import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;

/** An agent that defines a class in {@code java.lang} before ours does. Argument: its file. */
public final class SquatterAgent {
  private SquatterAgent() {}

  public static void premain(String classFile, Instrumentation instrumentation) throws Exception {
    instrumentation.redefineModule(
        Object.class.getModule(),
        Set.of(),
        Map.of(),
        Map.of("java.lang", Set.of(SquatterAgent.class.getModule())),
        Set.of(),
        Map.of());
    MethodHandles.privateLookupIn(Object.class, MethodHandles.lookup())
        .defineClass(Files.readAllBytes(Path.of(classFile)));
  }
}
