package io.tokenledger.it.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.tokenledger.it.harness.PackedClasses;
import java.io.IOException;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.FieldVisitor;
import org.objectweb.asm.Handle;
import org.objectweb.asm.MethodVisitor;
import org.objectweb.asm.Opcodes;

/** The stand-in for {@code sun.misc.Unsafe} has whatever the classes in the agent's jar use. */
class UnsafeShimIT {
  private static final String SHIM = "io/tokenledger/shaded/unsafe/Unsafe";
  private static final String ORIGINAL = "sun/misc/Unsafe";

  private final Set<String> members = new TreeSet<>();
  private final Set<String> used = new TreeSet<>();
  private final Set<String> usersOfTheOriginal = new TreeSet<>();

  @Test
  void hasEveryMemberThatTheThirdPartyClassesUse() throws IOException {
    scanAgentJar();

    assertThat(used).as("the scan sees the uses").hasSizeGreaterThan(40);
    assertThat(members).containsAll(used);
  }

  @Test
  void noClassOfTheAgentUsesTheOriginal() throws IOException {
    scanAgentJar();

    assertThat(usersOfTheOriginal).isEmpty();
  }

  private void scanAgentJar() throws IOException {
    for (byte[] bytes : PackedClasses.ofAgent().values()) {
      ClassReader reader = new ClassReader(bytes);
      reader.accept(
          reader.getClassName().equals(SHIM) ? new Members() : new Uses(reader.getClassName()),
          ClassReader.SKIP_DEBUG | ClassReader.SKIP_FRAMES);
    }
  }

  private final class Members extends ClassVisitor {
    Members() {
      super(Opcodes.ASM9);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      members.add(name + descriptor);
      return null;
    }

    @Override
    public FieldVisitor visitField(
        int access, String name, String descriptor, String signature, Object value) {
      members.add(name + " " + descriptor);
      return null;
    }
  }

  private final class Uses extends ClassVisitor {
    private final String user;

    Uses(String user) {
      super(Opcodes.ASM9);
      this.user = user;
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      return new MethodVisitor(Opcodes.ASM9) {
        @Override
        public void visitMethodInsn(
            int opcode, String owner, String called, String type, boolean onInterface) {
          use(owner, called + type);
        }

        @Override
        public void visitFieldInsn(int opcode, String owner, String field, String type) {
          use(owner, field + " " + type);
        }

        @Override
        public void visitInvokeDynamicInsn(
            String called, String type, Handle bootstrap, Object... arguments) {
          for (Object argument : arguments) {
            if (argument instanceof Handle handle) {
              use(handle.getOwner(), handle.getName() + handle.getDesc());
            }
          }
        }
      };
    }

    private void use(String owner, String member) {
      if (owner.equals(SHIM)) {
        used.add(member);
      } else if (owner.equals(ORIGINAL)) {
        usersOfTheOriginal.add(user);
      }
    }
  }
}
