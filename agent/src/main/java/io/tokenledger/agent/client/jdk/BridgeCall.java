package io.tokenledger.agent.client.jdk;

import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** Writes calls of the bridge into a method. */
final class BridgeCall {
  private static final String DESCRIPTOR =
      "(ILjava/lang/Object;Ljava/lang/Object;)Ljava/lang/Object;";

  private BridgeCall() {}

  /** Stack: point, value, state; after it: a value of {@code type}. */
  static void replace(MethodVisitor code, String bridge, String type) {
    code.visitMethodInsn(Opcodes.INVOKESTATIC, bridge, "replace", DESCRIPTOR, false);
    code.visitTypeInsn(Opcodes.CHECKCAST, type);
  }

  /** Stack: point, first, second; after it: nothing. */
  static void begin(MethodVisitor code, String bridge) {
    code.visitMethodInsn(Opcodes.INVOKESTATIC, bridge, "begin", DESCRIPTOR, false);
    code.visitInsn(Opcodes.POP);
  }

  static void point(MethodVisitor code, int point) {
    code.visitIntInsn(Opcodes.BIPUSH, point);
  }
}
