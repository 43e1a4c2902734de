using Xunit;

namespace Redoubt.Systems;

/// <summary>The phone that ships against its own Linux, root and kernel in an attacker's hands. <see cref="CompromisedMutantTests"/> has the same attacks succeed.</summary>
public sealed class CompromisedTests : IClassFixture<CompromisedPhone>
{
    private readonly CompromisedPhone _phone;

    public CompromisedTests(CompromisedPhone phone) => _phone = phone;

    [Fact]
    public void APersonPaysWhoeverRelays() => _phone.Pay();

    [Fact]
    public void LinuxCannotPaintTheStrip() => ScreenAttacks.PaintOverTheStrip(_phone);

    [Fact]
    public void AnImitatedPinPageHasThePhonesStripAndGetsNothingFromTheBank() => ScreenAttacks.Imitate(_phone);

    [Fact]
    public void LinuxHearsNothingOfAnEntry() => ScreenAttacks.LogKeys(_phone);

    [Fact]
    public void LinuxSeesItsOwnPixelsDuringAnEntry() => MemoryAttacks.ReadTheScreen(_phone);

    [Fact]
    public void LinuxReadsNobodysMemory() => MemoryAttacks.ReadMemory(_phone);

    [Fact]
    public void LinuxWritesNobodysMemory() => MemoryAttacks.WriteMemory(_phone);

    [Fact]
    public void LinuxsKernelIsGrantedNothing() => KernelAttacks.LoadModule(_phone);

    [Fact]
    public void APinIsNowhereAfterTheEntry() => MemoryAttacks.SearchForThePin(_phone);

    [Fact]
    public void VectorRegistersStayLinuxsOwn() => MemoryAttacks.WatchVectors(_phone);

    [Fact]
    public void NoPieceCanBeChangedOnItsWay() => RelayAttacks.ChangeEachPiece(_phone);

    [Fact]
    public void ARecordedBankIsNotBelieved() => RelayAttacks.PlayTheBankAgain(_phone);

    [Fact]
    public void AnExchangedConnectionEndsTheConversation() => RelayAttacks.ExchangeConnections(_phone);

    [Fact]
    public void AnAttemptCountsWhetherItsAnswerArrives() => RelayAttacks.HoldAnswersBack(_phone, 1, () => { });

    [Fact]
    public void NothingLessCanBeMadeOfWhatIsOffered() => RelayAttacks.Downgrade(_phone);

    [Fact]
    public void TheAttentionKeyLeadsAwayFromAnEntry() => RequestAttacks.Hold(_phone);

    [Fact]
    public void AnEntryThatNobodyAnswersEnds() => RequestAttacks.LeaveAlone(_phone);

    [Fact]
    public void MessagesTellNothingOfThePin() => RequestAttacks.CountMessages(_phone);

    // Not with the others' phone: whoever has flooded it has nothing of it afterwards.
    [Fact]
    public void WhoIsFloodedWithRequestsCanWork()
    {
        using CompromisedPhone phone = new(null);
        RequestAttacks.Flood(phone);
    }
}
