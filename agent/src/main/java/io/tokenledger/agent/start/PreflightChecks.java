package io.tokenledger.agent.start;

/** Reasons to leave a JVM alone, cheapest first. */
final class PreflightChecks {
  /** Set once an agent runs; a second one, even from another jar, sees it. */
  static final String ATTACHED_PROPERTY = "io.tokenledger.agent.attached";

  private PreflightChecks() {}

  /** Why the agent must not start here, in one sentence; null when it may. */
  static String objection() {
    String main = System.getProperty("jdk.module.main");
    if (main != null && main.startsWith("jdk.")) {
      return "not started: this is a tool of the JDK (" + main + ")";
    }
    if (System.getProperty(ATTACHED_PROPERTY) != null) {
      return "another TokenLedger agent is attached already; this one is ignored";
    }
    return null;
  }

  /** As {@link #objection}, for what can be seen only with {@link ModuleAccess}. */
  static String objectionToArguments() {
    for (String argument : jvmArguments()) {
      if (argument.equals("-Xverify:none")
          || argument.equals("-noverify")
          || argument.equals("-XX:-BytecodeVerificationRemote")) {
        return "not started: " + argument + " is set, and rewritten classes must be verified";
      }
    }
    return null;
  }

  /**
   * From {@code java.base}: the management beans that tell the same start a module of their own,
   * some JVMs lack it, and it costs more than the whole agent.
   */
  private static String[] jvmArguments() {
    try {
      Object arguments =
          Class.forName("jdk.internal.misc.VM").getMethod("getRuntimeArguments").invoke(null);
      return arguments == null ? new String[0] : (String[]) arguments;
    } catch (ReflectiveOperationException unknownJvm) {
      return new String[0];
    }
  }
}
