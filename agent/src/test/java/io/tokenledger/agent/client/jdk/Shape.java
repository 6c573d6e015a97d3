package io.tokenledger.agent.client.jdk;

import java.util.Set;
import java.util.TreeSet;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** What a retransformation may not change: the names, types and modifiers of members. */
final class Shape extends ClassVisitor {
  private final Set<String> members = new TreeSet<>();

  private Shape() {
    super(Opcodes.ASM9);
  }

  static Set<String> of(byte[] classFile) {
    Shape shape = new Shape();
    new ClassReader(classFile).accept(shape, ClassReader.SKIP_CODE);
    return shape.members;
  }

  @Override
  public FieldVisitor visitField(
      int access, String name, String descriptor, String signature, Object value) {
    members.add(access + " " + name + " " + descriptor);
    return null;
  }

  @Override
  public MethodVisitor visitMethod(
      int access, String name, String descriptor, String signature, String[] exceptions) {
    members.add(access + " " + name + descriptor);
    return null;
  }
}
