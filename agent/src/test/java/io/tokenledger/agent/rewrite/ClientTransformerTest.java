package io.tokenledger.agent.rewrite;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.agent.rewrite.RewriteReport.Outcome;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.bytebuddy.agent.ByteBuddyAgent;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class ClientTransformerTest {
  private static final String BRIDGE = "java/lang/TokenLedgerBridge";
  private static final byte[] ORIGINAL = {1, 2, 3};
  private static final byte[] REWRITTEN = {4};

  private final Map<String, RewriteTarget> targets = new HashMap<>();
  private final RewriteReport report = new RewriteReport();
  private final List<String> asked = new ArrayList<>();
  private final List<String> steppedAside = new ArrayList<>();
  private final ClientTransformer transformer =
      new ClientTransformer(targets, BRIDGE, report, () -> steppedAside.add("once"));

  @AfterEach
  void detach() {
    ByteBuddyAgent.install().removeTransformer(transformer);
  }

  @Test
  void rewritesAClassOfTheTable() {
    target("a/Client", (original, bridge) -> REWRITTEN);

    assertThat(transform(getClass().getClassLoader(), "a/Client")).isEqualTo(REWRITTEN);
    assertThat(report.outcomes()).containsExactly(new Outcome("test", "a/Client", null));
    assertThat(steppedAside).isEmpty();
  }

  @Test
  void asksNothingOfAClassWhoseNameIsNotExactlyInTheTable() {
    target("a/Client", (original, bridge) -> REWRITTEN);

    for (String name : new String[] {"a/Client$Inner", "a/ClientImpl", "b/a/Client", null}) {
      assertThat(transform(getClass().getClassLoader(), name)).isNull();
    }
    assertThat(asked).isEmpty();
  }

  @Test
  void rewritesAClassOfTheBootLoader() {
    target("a/Client", (original, bridge) -> REWRITTEN);

    assertThat(transform(null, "a/Client")).isEqualTo(REWRITTEN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "io.opentelemetry.javaagent.bootstrap.AgentClassLoader",
        "datadog.trace.bootstrap.DatadogClassLoader",
        "co.elastic.apm.agent.bootstrap.ShadedClassLoader",
        "com.newrelic.bootstrap.Loader"
      })
  void leavesTheClientOfAnotherAgentAlone(String loaderName) throws Exception {
    target("a/Client", (original, bridge) -> REWRITTEN);

    assertThat(transform(loaderNamed(loaderName), "a/Client")).isNull();
    assertThat(asked).isEmpty();
    assertThat(report.outcomes()).isEmpty();
  }

  @Test
  void leavesARefusedClassAsItIsAndRecordsWhy() {
    target(
        "a/Client",
        (original, bridge) -> {
          throw new RefusedClassException("a/Client has no method send");
        });

    assertThat(transform(getClass().getClassLoader(), "a/Client")).isNull();
    assertThat(report.outcomes())
        .containsExactly(new Outcome("test", "a/Client", "a/Client has no method send"));
    assertThat(steppedAside).hasSize(1);
  }

  @Test
  void leavesAClassAsItIsWhenItsRewriterFails() {
    target(
        "a/Client",
        (original, bridge) -> {
          throw new StackOverflowError("ours");
        });

    assertThat(transform(getClass().getClassLoader(), "a/Client")).isNull();
    assertThat(report.outcomes())
        .containsExactly(new Outcome("test", "a/Client", "java.lang.StackOverflowError: ours"));
    assertThat(steppedAside).hasSize(1);
  }

  @Test
  void leavesAClassAsItIsWhenItsTapCannotBeLoaded() {
    targets.put(
        "a/Client",
        new RewriteTarget() {
          @Override
          public String client() {
            return "test";
          }

          @Override
          public ClientRewriter rewriter(String className) {
            throw new NoClassDefFoundError("a/Tap");
          }
        });

    assertThat(transform(getClass().getClassLoader(), "a/Client")).isNull();
    assertThat(report.outcomes())
        .containsExactly(new Outcome("test", "a/Client", "java.lang.NoClassDefFoundError: a/Tap"));
  }

  @Test
  void rewritesTargetsThatWereLoadedBefore() {
    First first = new First();
    assertThat(first.word()).isEqualTo("original");
    target(internalName(First.class), ClientTransformerTest::saysRewritten);

    transformer.attach(ByteBuddyAgent.install());

    assertThat(first.word()).isEqualTo("rewritten");
  }

  @Test
  void oneLoadedTargetThatTheJvmRefusesDoesNotKeepTheOthers() {
    Second second = new Second();
    Third third = new Third();
    target(internalName(Second.class), (original, bridge) -> new byte[] {0});
    target(internalName(Third.class), ClientTransformerTest::saysRewritten);

    transformer.attach(ByteBuddyAgent.install());

    assertThat(second.word()).isEqualTo("original");
    assertThat(third.word()).isEqualTo("rewritten");
    assertThat(report.outcomes().stream().filter(outcome -> outcome.refusal() != null))
        .singleElement()
        .satisfies(
            outcome -> {
              assertThat(outcome.className()).isEqualTo(internalName(Second.class));
              assertThat(outcome.refusal()).contains("ClassFormatError");
            });
  }

  @Test
  void retransformsLoadedTargetsOneByOne() {
    target(internalName(First.class), (original, bridge) -> null);
    target(internalName(Third.class), (original, bridge) -> null);
    List<List<Class<?>>> batches = new ArrayList<>();
    new First().word();
    new Third().word();

    transformer.attach(
        watching(
            batch -> {
              batches.add(batch);
              if (batch.contains(First.class)) {
                throw new UnmodifiableClassException("refused");
              }
            }));

    assertThat(batches).containsExactlyInAnyOrder(List.of(First.class), List.of(Third.class));
    assertThat(report.outcomes())
        .contains(
            new Outcome(
                "test",
                internalName(First.class),
                "java.lang.instrument.UnmodifiableClassException: refused"));
  }

  private void target(String className, Rewriting rewriting) {
    ClientRewriter rewriter =
        new ClientRewriter() {
          @Override
          public String className() {
            return className;
          }

          @Override
          public byte[] rewrite(byte[] original, String bridge) throws RefusedClassException {
            assertThat(bridge).isEqualTo(BRIDGE);
            return rewriting.rewrite(original, bridge);
          }
        };
    targets.put(
        className,
        new RewriteTarget() {
          @Override
          public String client() {
            return "test";
          }

          @Override
          public ClientRewriter rewriter(String name) {
            asked.add(name);
            return rewriter;
          }
        });
  }

  private byte[] transform(ClassLoader loader, String className) {
    return transformer.transform(null, loader, className, null, null, ORIGINAL);
  }

  /** The JVM's instrumentation, with {@code retransformClasses} taken over. */
  private static Instrumentation watching(Retransforming instead) {
    Instrumentation real = ByteBuddyAgent.install();
    return (Instrumentation)
        Proxy.newProxyInstance(
            Instrumentation.class.getClassLoader(),
            new Class<?>[] {Instrumentation.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("retransformClasses")) {
                instead.retransform(List.of((Class<?>[]) arguments[0]));
                return null;
              }
              try {
                return method.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  /** An instance of a made-up loader class. */
  private static ClassLoader loaderNamed(String name) throws Exception {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(
        Opcodes.V17,
        Opcodes.ACC_PUBLIC,
        name.replace('.', '/'),
        null,
        "java/lang/ClassLoader",
        null);
    MethodVisitor constructor = writer.visitMethod(Opcodes.ACC_PUBLIC, "<init>", "()V", null, null);
    constructor.visitCode();
    constructor.visitVarInsn(Opcodes.ALOAD, 0);
    constructor.visitMethodInsn(
        Opcodes.INVOKESPECIAL, "java/lang/ClassLoader", "<init>", "()V", false);
    constructor.visitInsn(Opcodes.RETURN);
    constructor.visitMaxs(1, 1);
    constructor.visitEnd();
    byte[] bytes = writer.toByteArray();
    Class<?> type =
        new ClassLoader(ClientTransformerTest.class.getClassLoader()) {
          Class<?> define() {
            return defineClass(name, bytes, 0, bytes.length);
          }
        }.define();
    return (ClassLoader) type.getConstructor().newInstance();
  }

  private static byte[] saysRewritten(byte[] original, String bridge) {
    ClassReader reader = new ClassReader(original);
    ClassWriter writer = new ClassWriter(reader, 0);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            return new MethodVisitor(
                Opcodes.ASM9, super.visitMethod(access, name, descriptor, signature, exceptions)) {
              @Override
              public void visitLdcInsn(Object value) {
                super.visitLdcInsn("original".equals(value) ? "rewritten" : value);
              }
            };
          }
        },
        0);
    return writer.toByteArray();
  }

  private static String internalName(Class<?> type) {
    return type.getName().replace('.', '/');
  }

  private interface Rewriting {
    byte[] rewrite(byte[] original, String bridge) throws RefusedClassException;
  }

  private interface Retransforming {
    void retransform(List<Class<?>> batch) throws UnmodifiableClassException;
  }

  static class First {
    String word() {
      return "original";
    }
  }

  static class Second {
    String word() {
      return "original";
    }
  }

  static class Third {
    String word() {
      return "original";
    }
  }
}
