namespace Redoubt.Handset.Tests;

/// <summary>The phone's settings, from a command line that others have words on, too.</summary>
public sealed class SettingsTests
{
    [Fact]
    public void SettingsStandBesideTheKernelsOwn() =>
        Assert.Equal(
            new Settings(new Uri("http://10.0.2.2:8441/"), "abc=", "10.0.2.2", 8442, "/dev/hvc1"),
            Settings.Parse("console=tty0 quiet bank=http://10.0.2.2:8441/ bank-pads=10.0.2.2:8442 app-key=abc= pin-pad=/dev/hvc1\n"));

    [Theory]
    [InlineData("")]
    [InlineData("quiet bank= bank-pads app-key")]
    [InlineData("bank=nowhere bank-pads=host:many:1")]
    public void WithoutThemThePhoneHasNoAccount(string commandLine)
    {
        Settings settings = Settings.Parse(commandLine);
        Assert.Null(settings.Bank);
        Assert.Null(settings.PinPad);
        Assert.Equal(0, settings.PadPort);
    }
}
