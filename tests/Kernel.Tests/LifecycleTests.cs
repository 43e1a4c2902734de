using Redoubt.Kernel.Tests.Model;

namespace Redoubt.Kernel.Tests;

public class LifecycleTests
{
    [Fact]
    public void AFamilyBoots()
    {
        Rig rig = Rigs.Family();
        Assert.Equal(Rigs.Guest, rig.Running());
    }
}
