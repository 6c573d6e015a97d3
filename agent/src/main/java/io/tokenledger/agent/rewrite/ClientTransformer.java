package io.tokenledger.agent.rewrite;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.security.ProtectionDomain;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Rewrites the client classes of a table by their exact names. The JVM calls it for each class that
 * anybody loads, hence the name is all it looks at first; hierarchy matching is not needed for a
 * handful of classes and would cost more than the whole agent.
 */
public final class ClientTransformer implements ClassFileTransformer {
  /** Loaders of other agents: what they carry is theirs, an HTTP client included. */
  private static final String[] OTHER_AGENTS = {
    "io.opentelemetry.javaagent.",
    "datadog.",
    "co.elastic.apm.agent.",
    "com.newrelic.",
    "com.dynatrace.",
    "com.appdynamics.",
    "org.glowroot.",
    "org.apache.skywalking.",
    "com.navercorp.pinpoint.",
    "io.tokenledger.agent.",
  };

  private final Map<String, RewriteTarget> targets;
  private final String bridge;
  private final RewriteReport report;
  private final Runnable steppedAside;

  /**
   * @param targets by internal name of the class
   * @param bridge internal name of the bridge
   * @param report gets every outcome
   * @param steppedAside runs after each refusal, on the thread that loads the class
   */
  public ClientTransformer(
      Map<String, RewriteTarget> targets,
      String bridge,
      RewriteReport report,
      Runnable steppedAside) {
    this.targets = targets;
    this.bridge = bridge;
    this.report = report;
    this.steppedAside = steppedAside;
  }

  /**
   * Registers itself, then retransforms targets that were loaded before, one at a time: one class
   * that the JVM refuses must not keep the others from being rewritten.
   */
  public void attach(Instrumentation instrumentation) {
    instrumentation.addTransformer(this, true);
    Set<String> names = new HashSet<>();
    for (String name : targets.keySet()) {
      names.add(name.replace('/', '.'));
    }
    for (Class<?> loaded : instrumentation.getAllLoadedClasses()) {
      if (!loaded.isArray() && names.contains(loaded.getName())) {
        retransform(instrumentation, loaded);
      }
    }
  }

  private void retransform(Instrumentation instrumentation, Class<?> loaded) {
    try {
      instrumentation.retransformClasses(loaded);
    } catch (UnmodifiableClassException | RuntimeException | LinkageError refused) {
      String name = loaded.getName().replace('.', '/');
      stepAside(targets.get(name), name, refused.toString());
    }
  }

  @Override
  public byte[] transform(
      Module module,
      ClassLoader loader,
      String className,
      Class<?> classBeingRedefined,
      ProtectionDomain domain,
      byte[] original) {
    RewriteTarget target = className == null ? null : targets.get(className);
    return target == null ? null : rewrite(target, loader, className, original);
  }

  private byte[] rewrite(
      RewriteTarget target, ClassLoader loader, String className, byte[] original) {
    try {
      if (belongsToAnAgent(loader)) {
        return null;
      }
      byte[] rewritten = target.rewriter(className).rewrite(original, bridge);
      if (rewritten != null) {
        report.rewritten(target.client(), className);
      }
      return rewritten;
    } catch (RefusedClassException refused) {
      stepAside(target, className, refused.getMessage());
    } catch (Throwable ours) {
      stepAside(target, className, ours.toString());
    }
    return null;
  }

  private void stepAside(RewriteTarget target, String className, String reason) {
    report.refused(target.client(), className, reason);
    steppedAside.run();
  }

  private static boolean belongsToAnAgent(ClassLoader loader) {
    if (loader == null) {
      return false;
    }
    String name = loader.getClass().getName();
    for (String agent : OTHER_AGENTS) {
      if (name.startsWith(agent)) {
        return true;
      }
    }
    return false;
  }
}
