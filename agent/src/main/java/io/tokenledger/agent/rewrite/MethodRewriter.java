package io.tokenledger.agent.rewrite;

import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * Carries out a {@link MethodPlan}. The class keeps its members: only the one body changes, so that
 * other agents may rewrite the class before or after, and retransformation stays legal.
 *
 * <p>The class file is read twice. The first reading checks that it has the expected shape and
 * counts the local variables of the method; a class file that has not is refused before anything is
 * written.
 */
public final class MethodRewriter implements ClientRewriter {
  private final MethodPlan plan;

  public MethodRewriter(MethodPlan plan) {
    this.plan = plan;
  }

  @Override
  public String className() {
    return plan.className();
  }

  @Override
  public byte[] rewrite(byte[] original, String bridge) throws RefusedClassException {
    ClassReader reader = new ClassReader(original);
    MethodShape shape = new MethodShape(plan);
    reader.accept(shape, ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    int maxLocals = shape.requireExpected(reader.getClassName());
    ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
    reader.accept(
        new ClassVisitor(Opcodes.ASM9, writer) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            MethodVisitor out = super.visitMethod(access, name, descriptor, signature, exceptions);
            return name.equals(plan.method()) && descriptor.equals(plan.descriptor())
                ? new TappedMethod(out, plan, bridge, maxLocals)
                : out;
          }
        },
        ClassReader.EXPAND_FRAMES);
    return writer.toByteArray();
  }
}
