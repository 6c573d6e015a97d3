package io.tokenledger.agent.client.jdk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RefusedClassException;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

class JdkRewritersTest {
  @TestFactory
  Stream<DynamicTest> refusesAClassWithoutTheMembersItNeeds() {
    return new JdkTap()
        .rewriters().stream()
            .map(
                rewriter ->
                    DynamicTest.dynamicTest(
                        rewriter.className(),
                        () ->
                            assertThatThrownBy(() -> rewriter.rewrite(empty(rewriter), "x/Bridge"))
                                .isInstanceOf(RefusedClassException.class)
                                .hasMessageContaining(rewriter.className())));
  }

  @TestFactory
  Stream<DynamicTest> changesMethodBodiesOnly() {
    return new JdkTap()
        .rewriters().stream()
            .map(
                rewriter ->
                    DynamicTest.dynamicTest(
                        rewriter.className(),
                        () -> {
                          byte[] original;
                          try (var in =
                              ClassLoader.getPlatformClassLoader()
                                  .getResourceAsStream(rewriter.className() + ".class")) {
                            original = in.readAllBytes();
                          }
                          assertThat(Shape.of(rewriter.rewrite(original, "x/Bridge")))
                              .isEqualTo(Shape.of(original));
                        }));
  }

  private static byte[] empty(ClientRewriter rewriter) {
    ClassWriter writer = new ClassWriter(0);
    writer.visit(
        Opcodes.V17, Opcodes.ACC_PUBLIC, rewriter.className(), null, "java/lang/Object", null);
    writer.visitEnd();
    return writer.toByteArray();
  }
}
