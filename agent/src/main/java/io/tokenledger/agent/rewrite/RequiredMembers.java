package io.tokenledger.agent.rewrite;

import java.util.HashSet;
import java.util.Set;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/**
 * The members that a class file has, so that a rewriter can refuse a class that is not what its tap
 * was made for, before it changes anything.
 */
public final class RequiredMembers {
  private final String className;
  private final Set<String> members = new HashSet<>();

  public RequiredMembers(ClassReader reader) {
    this.className = reader.getClassName();
    reader.accept(
        new ClassVisitor(Opcodes.ASM9) {
          @Override
          public MethodVisitor visitMethod(
              int access, String name, String descriptor, String signature, String[] exceptions) {
            members.add(name + descriptor);
            return null;
          }

          @Override
          public FieldVisitor visitField(
              int access, String name, String descriptor, String signature, Object value) {
            members.add(name + ":" + descriptor);
            return null;
          }
        },
        ClassReader.SKIP_CODE | ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
  }

  /**
   * @param name of a method that the class itself declares
   * @param descriptor as in class files
   * @throws RefusedClassException when it does not
   */
  public RequiredMembers method(String name, String descriptor) throws RefusedClassException {
    return require(name + descriptor, "method " + name + descriptor);
  }

  /** As {@link #method} for a field. */
  public RequiredMembers field(String name, String descriptor) throws RefusedClassException {
    return require(name + ":" + descriptor, "field " + name + " of type " + descriptor);
  }

  private RequiredMembers require(String member, String words) throws RefusedClassException {
    if (!members.contains(member)) {
      throw new RefusedClassException(className + " has no " + words);
    }
    return this;
  }
}
