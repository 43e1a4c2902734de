using Redoubt.Tool;
using Redoubt.Tool.Bench;
using Redoubt.Tool.Machines;
using Xunit;

namespace Redoubt.Systems;

/// <summary>What traps and Linux cost. Counted instructions are the same in every run, whatever else the host does.</summary>
public sealed class BenchTests
{
    [Fact]
    public void TrapsAreWithinTheirLimits()
    {
        IReadOnlyList<Figure> figures = Payloads.Traps(_ => { });
        Assert.Equal(1, Find(figures, "discover").Native);
        Assert.InRange(Find(figures, "discover").Redoubt, 1, 150);
        Assert.All(figures, figure => Assert.True(figure.IsWithinLimit, figure.ToString()));
        Assert.Equal(figures, Payloads.Traps(_ => { }));
    }

    [Fact]
    public void NotificationsArrive()
    {
        Assert.All(Payloads.Notifications(_ => { }), figure => Assert.InRange(figure.Redoubt, 1, 2000));
    }

    [Fact]
    public void LinuxReachesInitWithinHalfAPercentOfNative()
    {
        Figure boot = Find(Linux.Quiet(_ => { }), "boot");
        Assert.InRange(boot.Redoubt / boot.Native!.Value, 0.99, 1.005);
        Assert.True(boot.IsWithinLimit);
    }

    [Fact]
    public void MachineThatDoesNotStartIsAnErrorThatSaysWhy()
    {
        Image.UserError error = Assert.Throws<Image.UserError>(() => Counted.Run(new QemuMachine { Kernel = "/nothing/there" }, "the machine"));
        Assert.StartsWith("the machine did not print all its figures", error.Message);
        Assert.Contains("/nothing/there", error.Message);
    }

    private static Figure Find(IEnumerable<Figure> figures, string name)
    {
        return figures.Single(figure => figure.Name == name);
    }
}
