package io.tokenledger.agent.rewrite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

class MethodRewriterTest {
  private static final String SAMPLE = "io/tokenledger/agent/rewrite/MethodRewriterTest$Sample";
  private static final String TAKES_TEXT = "(Ljava/lang/String;)Ljava/lang/String;";

  /** What a client's class looks like. */
  static class Sample {
    String once(String text) {
      return text.concat("!");
    }

    String twice(String text) {
      return text.concat("!").concat("?");
    }

    static String classMethod(String text) {
      return text.concat("!");
    }

    String endless(String text) {
      throw new IllegalStateException(text.concat("!"));
    }
  }

  @Test
  void addsNoMember() throws Exception {
    byte[] original = sample();

    byte[] rewritten = rewriter("once").rewrite(original, "java/lang/TokenLedgerBridge");

    assertThat(rewritten).isNotEqualTo(original);
    assertThat(members(rewritten)).isEqualTo(members(original));
  }

  @Test
  void refusesACallThatIsMadeTwice() {
    assertRefused("twice", "calls concat 2 times instead of once");
  }

  @Test
  void refusesAMissingOrStaticMethod() {
    assertRefused("gone", "is not an instance method with a body");
    assertRefused("classMethod", "is not an instance method with a body");
  }

  @Test
  void refusesAMethodThatNeverReturns() {
    assertRefused("endless", "never returns");
  }

  @Test
  void refusesAnotherClass() {
    MethodRewriter rewriter = new MethodRewriter(plan("other/Name", "once"));

    assertThatThrownBy(() -> rewriter.rewrite(sample(), "bridge"))
        .isInstanceOf(RefusedClassException.class)
        .hasMessage(SAMPLE + " is not other/Name");
  }

  private static void assertRefused(String method, String reason) {
    assertThatThrownBy(() -> rewriter(method).rewrite(sample(), "bridge"))
        .isInstanceOf(RefusedClassException.class)
        .hasMessage(SAMPLE + "." + method + TAKES_TEXT + " " + reason);
  }

  private static MethodRewriter rewriter(String method) {
    return new MethodRewriter(plan(SAMPLE, method));
  }

  private static MethodPlan plan(String className, String method) {
    return new MethodPlan(
        className,
        method,
        TAKES_TEXT,
        0,
        1,
        MethodPlan.NONE,
        new int[0],
        MethodPlan.NONE,
        new MethodPlan.Call(
            "concat",
            List.of(new MethodPlan.Argument("Ljava/lang/String;", 1)),
            "Ljava/lang/String;",
            2),
        3,
        4);
  }

  private static byte[] sample() throws IOException {
    try (InputStream in = MethodRewriterTest.class.getResourceAsStream("/" + SAMPLE + ".class")) {
      return in.readAllBytes();
    }
  }

  private static List<String> members(byte[] classFile) {
    List<String> members = new ArrayList<>();
    new ClassReader(classFile)
        .accept(
            new ClassVisitor(Opcodes.ASM9) {
              @Override
              public FieldVisitor visitField(
                  int access, String name, String descriptor, String signature, Object value) {
                members.add(access + name + descriptor);
                return null;
              }

              @Override
              public MethodVisitor visitMethod(
                  int access, String name, String descriptor, String signature, String[] thrown) {
                members.add(access + name + descriptor);
                return null;
              }
            },
            0);
    return members;
  }
}
