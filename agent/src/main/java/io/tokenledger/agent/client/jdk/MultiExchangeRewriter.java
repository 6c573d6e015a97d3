package io.tokenledger.agent.client.jdk;

import io.tokenledger.agent.rewrite.ClientRewriter;
import io.tokenledger.agent.rewrite.RefusedClassException;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Rewrites {@code MultiExchange.cancel(boolean)}, where a cancel of any future of a call arrives,
 * and an interrupt of {@code send}. Without it a cancelled call would show as the {@code
 * IOException} that the JDK gives to a subscriber in mid-body.
 */
final class MultiExchangeRewriter implements ClientRewriter {
  private static final String MULTI_EXCHANGE = "jdk/internal/net/http/MultiExchange";
  private static final String HANDLER = "Ljava/net/http/HttpResponse$BodyHandler;";

  @Override
  public String className() {
    return MULTI_EXCHANGE;
  }

  @Override
  public byte[] rewrite(byte[] original, String bridge) throws RefusedClassException {
    ClassReader reader = new ClassReader(original);
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    Rewriting rewriting = new Rewriting(writer, bridge);
    reader.accept(rewriting, 0);
    if (!rewriting.hasHandler || !rewriting.hasCancel) {
      throw new RefusedClassException(
          MULTI_EXCHANGE + " has no field responseHandler or no method cancel(boolean)");
    }
    return writer.toByteArray();
  }

  private static final class Rewriting extends ClassVisitor {
    private final String bridge;
    private boolean hasHandler;
    private boolean hasCancel;

    Rewriting(ClassVisitor next, String bridge) {
      super(Opcodes.ASM9, next);
      this.bridge = bridge;
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      hasHandler |= name.equals("responseHandler") && descriptor.equals(HANDLER);
      return super.visitField(access, name, descriptor, signature, value);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      if (!name.equals("cancel") || !descriptor.equals("(Z)Z")) {
        return next;
      }
      hasCancel = true;
      return new MethodVisitor(Opcodes.ASM9, next) {
        @Override
        public void visitCode() {
          super.visitCode();
          BridgeCall.point(this, JdkTap.CANCEL);
          super.visitVarInsn(Opcodes.ALOAD, 0);
          super.visitFieldInsn(Opcodes.GETFIELD, MULTI_EXCHANGE, "responseHandler", HANDLER);
          super.visitVarInsn(Opcodes.ILOAD, 1);
          super.visitMethodInsn(
              Opcodes.INVOKESTATIC,
              "java/lang/Boolean",
              "valueOf",
              "(Z)Ljava/lang/Boolean;",
              false);
          BridgeCall.begin(mv, bridge);
        }
      };
    }
  }
}
