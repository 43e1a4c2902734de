using Redoubt.PinPad.Interaction;
using Xunit;

namespace Redoubt.Systems;

/// <summary>The phone that ships against its own Linux, root and kernel in an attacker's hands. <see cref="CompromisedMutantTests"/> has the same attacks succeed.</summary>
public sealed class CompromisedTests : IClassFixture<CompromisedTests.Phone>
{
    private readonly CompromisedPhone _phone;
    private readonly InputLog _log;

    public CompromisedTests(Phone phone) => (_phone, _log) = (phone.Compromised, phone.Log);

    [Fact]
    public void APersonPaysWhoeverRelays()
    {
        string handle = _phone.BeginEntry()!;
        _phone.Keypad.Type(_phone.Bank.Customer.Pin, PageLayout.Confirm);
        _phone.Keypad.AwaitResult(Palette.Green, "that the payment is authorised");
        _phone.Close();
        Assert.Equal("authorised", _phone.Bank.StateOf(handle));
    }

    [Fact]
    public void LinuxCannotPaintTheStrip() => ScreenAttacks.PaintOverTheStrip(_phone);

    [Fact]
    public void AnImitatedPinPageHasThePhonesStripAndGetsNothingFromTheBank() => ScreenAttacks.Imitate(_phone, _log);

    [Fact]
    public void LinuxHearsNothingOfAnEntry() => ScreenAttacks.LogKeys(_phone, _log);

    [Fact]
    public void LinuxSeesItsOwnPixelsDuringAnEntry() => MemoryAttacks.ReadTheScreen(_phone);

    [Fact]
    public void LinuxReadsNobodysMemory() => MemoryAttacks.ReadMemory(_phone);

    [Fact]
    public void APinIsNowhereAfterTheEntry() => MemoryAttacks.SearchForThePin(_phone);

    [Fact]
    public void VectorRegistersStayLinuxsOwn() => MemoryAttacks.WatchVectors(_phone);

    [Fact]
    public void NoPieceCanBeChangedOnItsWay() => RelayAttacks.ChangeEachPiece(_phone);

    [Fact]
    public void AnEntryThatNobodyAnswersEnds() => RequestAttacks.LeaveAlone(_phone);

    [Fact]
    public void MessagesTellNothingOfThePin() => RequestAttacks.CountMessages(_phone);

    // Not with the others' phone: whoever has flooded it has nothing of it afterwards.
    [Fact]
    public void WhoIsFloodedWithRequestsCanWork()
    {
        using CompromisedPhone phone = new();
        RequestAttacks.Flood(phone);
    }

    /// <summary>One phone for all attacks.</summary>
    public sealed class Phone : IDisposable
    {
        public Phone()
        {
            Compromised = new CompromisedPhone();
            Compromised.Link();
            Log = new InputLog(Compromised);
        }

        public CompromisedPhone Compromised { get; }

        public InputLog Log { get; }

        public void Dispose() => Compromised.Dispose();
    }
}
