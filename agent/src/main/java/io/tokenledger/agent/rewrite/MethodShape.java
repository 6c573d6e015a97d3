package io.tokenledger.agent.rewrite;

import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Checks that a class file has what a {@link MethodPlan} relies on. */
final class MethodShape extends ClassVisitor {
  private final MethodPlan plan;
  private boolean found;
  private int version;
  private int returns;
  private int calls;
  private int maxLocals;

  MethodShape(MethodPlan plan) {
    super(Opcodes.ASM9);
    this.plan = plan;
  }

  /** The method's number of local variable slots. */
  int requireExpected(String className) throws RefusedClassException {
    if (!className.equals(plan.className())) {
      throw new RefusedClassException(className + " is not " + plan.className());
    }
    String method = className + "." + plan.method() + plan.descriptor();
    if (!found) {
      throw new RefusedClassException(method + " is not an instance method with a body");
    }
    if (version < Opcodes.V1_7) {
      throw new RefusedClassException(method + " is older than class file version 51");
    }
    if (returns == 0) {
      throw new RefusedClassException(method + " never returns");
    }
    if (plan.call() != null && calls != 1) {
      throw new RefusedClassException(
          method + " calls " + plan.call().name() + " " + calls + " times instead of once");
    }
    return maxLocals;
  }

  @Override
  public void visit(
      int version, int access, String name, String signature, String parent, String[] interfaces) {
    this.version = version & 0xFFFF;
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    boolean bodyless = (access & (Opcodes.ACC_STATIC | Opcodes.ACC_ABSTRACT)) != 0;
    if (bodyless || !name.equals(plan.method()) || !descriptor.equals(plan.descriptor())) {
      return null;
    }
    found = true;
    return new MethodVisitor(Opcodes.ASM9) {
      @Override
      public void visitMethodInsn(
          int opcode, String owner, String name, String descriptor, boolean isInterface) {
        if (plan.call() != null && plan.call().matches(name, descriptor)) {
          calls++;
        }
      }

      @Override
      public void visitInsn(int opcode) {
        if (opcode == Opcodes.ARETURN) {
          returns++;
        }
      }

      @Override
      public void visitMaxs(int maxStack, int maxLocals) {
        MethodShape.this.maxLocals = maxLocals;
      }
    };
  }
}
