package io.tokenledger.agent.client.okhttp;

import io.tokenledger.agent.rewrite.ClientRewriter;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Tells the tap when a call time-out expires: the class is the one that OkHttp derives from Okio's
 * {@code AsyncTimeout} for that, and its {@code timedOut} cancels the call. The names are those of
 * the compiler and differ by version; a class of the name that is something else stays as it is.
 */
record CallTimeoutRewriter(String className, int point) implements ClientRewriter {
  private static final String METHOD = "timedOut";
  private static final String DESCRIPTOR = "()V";
  private static final String BEGIN = "(ILjava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;";

  @Override
  public byte[] rewrite(byte[] original, String bridge) {
    ClassReader reader = new ClassReader(original);
    if (!"okio/AsyncTimeout".equals(reader.getSuperName())) {
      return null;
    }
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor out = super.visitMethod(access, name, descriptor, signature, exceptions);
            return name.equals(METHOD) && descriptor.equals(DESCRIPTOR) ? told(out, bridge) : out;
          }
        },
        0);
    return writer.toByteArray();
  }

  private MethodVisitor told(MethodVisitor out, String bridge) {
    return new MethodVisitor(Opcodes.ASM9, out) {
      @Override
      public void visitCode() {
        super.visitCode();
        super.visitIntInsn(Opcodes.BIPUSH, point);
        super.visitVarInsn(Opcodes.ALOAD, 0);
        super.visitInsn(Opcodes.ACONST_NULL);
        super.visitMethodInsn(Opcodes.INVOKESTATIC, bridge, "begin", BEGIN, false);
        super.visitInsn(Opcodes.POP);
      }
    };
  }
}
