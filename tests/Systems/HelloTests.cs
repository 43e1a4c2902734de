using Xunit;

namespace Redoubt.Systems;

/// <summary>Two bare partitions that notify each other.</summary>
public sealed class HelloTests
{
    [Theory]
    [InlineData("cortex-a72")]
    [InlineData("max")]
    public void PartitionsTakeTurnsAndTheMachineStops(string cpu)
    {
        using Machine machine = Machine.Boot("hello", cpu: cpu);
        foreach (string name in (string[])["a", "b"])
        {
            machine.ExpectFrom(0, $"^{name} *\\| hello from {name}, with a seed$");
            machine.ExpectFrom(0, $"^{name} *\\| {name}: 1000 rounds, done$");
            machine.ExpectFrom(0, $"^--- {name} is off$");
        }

        machine.ExpectOff();
    }

    [Fact]
    public void WaitsAreNotOverBeforeTheirTime()
    {
        using Machine machine = Machine.Boot("hello");
        foreach (string name in (string[])["a", "b"])
        {
            string waited = machine.ExpectFrom(0, $"^{name} *\\| 10 ms of waiting took ([0-9]+) us$").Groups[1].Value;
            Assert.InRange(int.Parse(waited), 10_000, 1_000_000);
        }
    }

    [Fact]
    public void ImageIsTheSameEachTime()
    {
        string first = Path.GetTempFileName(), second = Path.GetTempFileName();
        try
        {
            Tool.Builds.BuiltSystem.Build("hello", null, _ => { }).Image.Write(first);
            Tool.Builds.BuiltSystem.Build("hello", null, _ => { }).Image.Write(second);
            Assert.Equal(File.ReadAllBytes(first), File.ReadAllBytes(second));
        }
        finally
        {
            File.Delete(first);
            File.Delete(second);
        }
    }
}
