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
        using Machine machine = Machine.Boot(HostileMachine.Build(cpus, cpu));
        Assert.True(HostileMachine.Endure(machine, operations, Machine.Patience) >= operations);
        // Its slots are two of eight (or seven) milliseconds; on one CPU its two vCPUs take turns.
        Assert.All(HostileMachine.Shares(machine), share => Assert.InRange(share, cpus == 1 ? 80 : 150, 1000));
    }
}
