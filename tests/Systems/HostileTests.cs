using Redoubt.Tool.Machines;
using Xunit;

namespace Redoubt.Systems;

/// <summary>A hostile partition makes ten million calls, register accesses and memory accesses; nobody notices.</summary>
public sealed class HostileTests
{
    private const long Goal = 10_000_000;

    [Theory]
    [InlineData(1, "cortex-a72")]
    [InlineData(1, "max")]
    [InlineData(2, "cortex-a72")]
    [InlineData(2, "max")]
    public void NobodyIsDisturbed(int cpus, string cpu)
    {
        using Machine machine = Machine.Boot(HostileMachine.Build(cpus, cpu));
        Assert.True(HostileMachine.Endure(machine, Machine.Patience) >= Goal);
        // Its slots are two of eight (or seven) milliseconds; on one CPU its two vCPUs take turns.
        Assert.All(HostileMachine.Shares(machine), share => Assert.InRange(share, cpus == 1 ? 80 : 150, 1000));
    }
}
