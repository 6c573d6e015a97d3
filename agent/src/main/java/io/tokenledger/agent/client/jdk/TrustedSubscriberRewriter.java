package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RefusedClassException;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Rewrites {@code TrustedSubscriber.needsExecutor(BodySubscriber)}, the only place where the JDK
 * asks whether a subscriber is its own, so that it looks at the application's subscriber and not at
 * our tee: {@code subscriber = replace(TRUST, subscriber, null)}. A tee that implements {@code
 * TrustedSubscriber} would need a class generated against a package that the JDK does not export,
 * and the export.
 */
final class TrustedSubscriberRewriter implements ClientRewriter {
  private static final String TRUSTED =
      "jdk/internal/net/http/ResponseSubscribers$TrustedSubscriber";
  private static final String SUBSCRIBER = "java/net/http/HttpResponse$BodySubscriber";

  @Override
  public String className() {
    return TRUSTED;
  }

  @Override
  public byte[] rewrite(byte[] original, String bridge) throws RefusedClassException {
    ClassReader reader = new ClassReader(original);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    Rewriting rewriting = new Rewriting(writer, bridge);
    reader.accept(rewriting, 0);
    if (!rewriting.rewritten) {
      throw new RefusedClassException(TRUSTED + " has no static needsExecutor(BodySubscriber)");
    }
    return writer.toByteArray();
  }

  private static final class Rewriting extends ClassVisitor {
    private final String bridge;
    private boolean rewritten;

    Rewriting(ClassVisitor next, String bridge) {
      super(Opcodes.ASM9, next);
      this.bridge = bridge;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (!name.equals("needsExecutor")
          || !descriptor.equals("(L" + SUBSCRIBER + ";)Z")
          || (access & Opcodes.ACC_STATIC) == 0) {
        return next;
      }
      rewritten = true;
      return new MethodVisitor(Opcodes.ASM9, next) {
        @Override
        public void visitCode() {
          super.visitCode();
          BridgeCall.point(this, JdkTap.TRUST);
          super.visitVarInsn(Opcodes.ALOAD, 0);
          super.visitInsn(Opcodes.ACONST_NULL);
          BridgeCall.replace(mv, bridge, SUBSCRIBER);
          super.visitVarInsn(Opcodes.ASTORE, 0);
        }
      };
    }
  }
}
