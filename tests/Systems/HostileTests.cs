using Redoubt.Tool.Machines;
using Xunit;

namespace Redoubt.Systems;

/// <summary>A hostile partition makes ten million calls, register accesses and memory accesses; nobody notices.</summary>
public sealed class HostileTests
{
    [Theory]
    [InlineData(2, "cortex-a72", HostileMachine.Goal)]
    [InlineData(2, "max", HostileMachine.Enough)]
    [InlineData(1, "cortex-a72", HostileMachine.Enough)]
    [InlineData(1, "max", HostileMachine.Enough)]
    public void NobodyIsDisturbed(int cpus, string cpu, long operations)
    {
        // QEMU does not keep ICH_VMCR_EL2.VBPR1 above its minimum when EL2 writes it, and now and then ends over that itself: then it was not the kernel, and the
        // machine is booted again.
        const int Boots = 3;
        for (int boot = 1; !IsUndisturbed(cpus, cpu, operations, boot == Boots); boot++)
            TestContext.Current.TestOutputHelper?.WriteLine($"QEMU ended with an assertion of its own: boot {boot + 1}");
    }

    // False if QEMU has ended with that assertion, and that is not yet a failure (hw/intc/arm_gicv3_cpuif.c, ich_vmcr_write and icv_gprio_mask).
    private static bool IsUndisturbed(int cpus, string cpu, long operations, bool last)
    {
        using Machine machine = Machine.Boot(HostileMachine.Build(cpus, cpu));
        try
        {
            RequireUndisturbed(machine, cpus, operations);
            return true;
        }
        catch (Exception failure) when (!last && failure.Message.Contains("icv_gprio_mask: Assertion `bpr > 0' failed", StringComparison.Ordinal))
        {
            return false;
        }
    }

    private static void RequireUndisturbed(Machine machine, int cpus, long operations)
    {
        Assert.True(HostileMachine.Endure(machine, operations, Machine.Patience) >= operations);
        // Its slots are two of eight (or seven) milliseconds; on one CPU its two vCPUs take turns.
        Assert.All(HostileMachine.Shares(machine), share => Assert.InRange(share, cpus == 1 ? 80 : 150, 1000));
    }
}
