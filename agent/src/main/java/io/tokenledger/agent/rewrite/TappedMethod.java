package io.tokenledger.agent.rewrite;

import java.util.Arrays;
import org.objectweb.asm.AnnotationVisitor;
import org.objectweb.asm.Label;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;
import org.objectweb.asm.Type;
import org.objectweb.asm.TypePath;

/**
 * Writes the body of a {@link MethodPlan}'s method.
 *
 * <p>The state takes the first slot after the arguments, and every local variable of the client
 * moves up by one: the slot is then the same in all stack map frames, which can be given by hand.
 * Letting ASM compute frames was rejected: it loads classes, inside class loading. Spill slots lie
 * above all others and never live across a frame.
 */
final class TappedMethod extends MethodVisitor {
  private static final String OBJECT = "java/lang/Object";
  private static final String BRIDGE_METHOD =
      "(ILjava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;";

  private final MethodPlan plan;
  private final String bridge;
  private final Type[] arguments;
  private final Type result;
  private final int stateSlot;
  private final int spillSlot;
  private final Label start = new Label();

  TappedMethod(MethodVisitor out, MethodPlan plan, String bridge, int maxLocals) {
    super(Opcodes.ASM9, out);
    this.plan = plan;
    this.bridge = bridge;
    this.arguments = Type.getArgumentTypes(plan.descriptor());
    this.result = Type.getReturnType(plan.descriptor());
    this.stateSlot = arguments.length + 1;
    this.spillSlot = maxLocals + 1;
  }

  @Override
  public void visitCode() {
    mv.visitCode();
    push(plan.begin());
    load(plan.first());
    load(plan.second());
    call("begin");
    mv.visitVarInsn(Opcodes.ASTORE, stateSlot);
    mv.visitLabel(start);
    for (int i = 0; i < plan.entryArguments().length; i++) {
      int argument = plan.entryArguments()[i];
      load(argument);
      replaceTop(plan.entryPoint() + i, arguments[argument - 1]);
      mv.visitVarInsn(Opcodes.ASTORE, argument);
    }
  }

  @Override
  public void visitMethodInsn(
      int opcode, String owner, String name, String descriptor, boolean isInterface) {
    MethodPlan.Call call = plan.call();
    if (call == null || !call.matches(name, descriptor)) {
      mv.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
      return;
    }
    Type[] called = Type.getArgumentTypes(descriptor);
    int[] points = call.points(called);
    int first = 0;
    while (points[first] == MethodPlan.NONE) {
      first++;
    }
    int slot = spillSlot + 1;
    for (int i = called.length - 1; i > first; i--) {
      if (points[i] != MethodPlan.NONE) {
        replaceTop(points[i], called[i]);
      }
      mv.visitVarInsn(called[i].getOpcode(Opcodes.ISTORE), slot);
      slot += called[i].getSize();
    }
    replaceTop(points[first], called[first]);
    for (int i = first + 1; i < called.length; i++) {
      slot -= called[i].getSize();
      mv.visitVarInsn(called[i].getOpcode(Opcodes.ILOAD), slot);
    }
    mv.visitMethodInsn(opcode, owner, name, descriptor, isInterface);
    if (call.resultPoint() != MethodPlan.NONE) {
      replaceTop(call.resultPoint(), Type.getReturnType(descriptor));
    }
  }

  @Override
  public void visitInsn(int opcode) {
    if (opcode == Opcodes.ARETURN) {
      replaceTop(plan.returned(), result);
    }
    mv.visitInsn(opcode);
  }

  @Override
  public void visitMaxs(int maxStack, int maxLocals) {
    Label handler = new Label();
    // Last in the table: the client's own handlers keep their precedence.
    mv.visitTryCatchBlock(start, handler, handler, "java/lang/Throwable");
    mv.visitLabel(handler);
    Object[] locals = new Object[stateSlot + 1];
    Arrays.fill(locals, Opcodes.TOP);
    locals[stateSlot] = OBJECT;
    mv.visitFrame(Opcodes.F_NEW, locals.length, locals, 1, new Object[] {"java/lang/Throwable"});
    mv.visitVarInsn(Opcodes.ASTORE, spillSlot);
    push(plan.thrown());
    mv.visitVarInsn(Opcodes.ALOAD, spillSlot);
    mv.visitVarInsn(Opcodes.ALOAD, stateSlot);
    call("replace");
    mv.visitInsn(Opcodes.POP);
    mv.visitVarInsn(Opcodes.ALOAD, spillSlot);
    mv.visitInsn(Opcodes.ATHROW);
    mv.visitMaxs(maxStack, maxLocals);
  }

  @Override
  public void visitFrame(int type, int numLocal, Object[] local, int numStack, Object[] stack) {
    Object[] locals = new Object[Math.max(numLocal, stateSlot) + 1];
    for (int i = 0; i < locals.length; i++) {
      int original = i < stateSlot ? i : i - 1;
      locals[i] = original < numLocal ? local[original] : Opcodes.TOP;
    }
    locals[stateSlot] = OBJECT;
    mv.visitFrame(type, locals.length, locals, numStack, stack);
  }

  @Override
  public void visitVarInsn(int opcode, int slot) {
    mv.visitVarInsn(opcode, moved(slot));
  }

  @Override
  public void visitIincInsn(int slot, int increment) {
    mv.visitIincInsn(moved(slot), increment);
  }

  @Override
  public void visitLocalVariable(
      String name, String descriptor, String signature, Label from, Label to, int slot) {
    mv.visitLocalVariable(name, descriptor, signature, from, to, moved(slot));
  }

  @Override
  public AnnotationVisitor visitLocalVariableAnnotation(
      int typeRef,
      TypePath path,
      Label[] from,
      Label[] to,
      int[] slots,
      String descriptor,
      boolean visible) {
    int[] moved = new int[slots.length];
    for (int i = 0; i < slots.length; i++) {
      moved[i] = moved(slots[i]);
    }
    return mv.visitLocalVariableAnnotation(typeRef, path, from, to, moved, descriptor, visible);
  }

  private int moved(int slot) {
    return slot < stateSlot ? slot : slot + 1;
  }

  /** Passes the value on top of the stack through a tap point. */
  private void replaceTop(int point, Type type) {
    mv.visitVarInsn(Opcodes.ASTORE, spillSlot);
    push(point);
    mv.visitVarInsn(Opcodes.ALOAD, spillSlot);
    mv.visitVarInsn(Opcodes.ALOAD, stateSlot);
    call("replace");
    mv.visitTypeInsn(Opcodes.CHECKCAST, type.getInternalName());
  }

  private void load(int argument) {
    if (argument == MethodPlan.NONE) {
      mv.visitInsn(Opcodes.ACONST_NULL);
    } else {
      mv.visitVarInsn(Opcodes.ALOAD, argument);
    }
  }

  private void push(int point) {
    mv.visitIntInsn(Opcodes.BIPUSH, point);
  }

  private void call(String method) {
    mv.visitMethodInsn(Opcodes.INVOKESTATIC, bridge, method, BRIDGE_METHOD, false);
  }
}
