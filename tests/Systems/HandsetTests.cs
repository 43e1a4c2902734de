using Redoubt.Abi;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The phone's ordinary software, on the screen of an unmodified Linux.</summary>
public sealed class HandsetTests
{
    // As the console numbers them: ui is 1.
    private const int LinuxKey = 2;

    // Where the home screen has the banking app, and the paper of its page, in pixels.
    private const uint BankX = 120, BankY = 1256, Paper = 0xf4_f6fb;
    private const int Middle = 360;

    [Fact]
    public void TheBankingAppOpensWhenItIsTouched()
    {
        using Display display = new("phone");
        Guest linux = new Guest(display.Machine, "linux", LinuxKey).Login();
        display.AwaitStrip(Display.First);
        // The dock is lighter than what is behind it.
        display.Await(picture => picture[Middle, 1100] != picture[Middle, 1180] && picture[(int)BankX - 50, (int)BankY] == 0x1f_5eff, "the home screen");
        display.Insist(() => display.Touch(BankX, BankY), () => display.Look()[2, (int)Screen.StripHeight + 2] == Paper, "touching the banking app");
        Assert.Equal("1", linux.Run("pidof handset | wc -w").Trim());
    }
}
