namespace Redoubt.Ui.Tests;

public sealed class FocusTests
{
    private const uint Key = 30, Other = 31;
    private const ulong Dead = 750, Peace = 100;

    // Two guests and an entry.
    private const int Phone = 0, Work = 1, Pad = 2, Count = 3;
    private Focus _focus;

    public FocusTests()
    {
        _focus.Open(Count, 1 << Pad, Dead, Peace);
        _focus.Shown(0);
    }

    [Fact]
    public void TheFirstScreenThatIsNoEntryBegins()
    {
        Assert.Equal(Phone, _focus.Focused);
        Focus other = default;
        other.Open(2, 0b01, Dead, Peace);
        Assert.Equal(1, other.Focused);
        other.Open(2, 0b11, Dead, Peace);
        Assert.Equal(Focus.Nobody, other.Focused);
        Assert.False(other.Turn());
        Assert.Equal(Focus.Nobody, other.Press(Key, true, Dead));
        Assert.True(other.Ask(1, true, Dead));
        Assert.True(other.Ask(1, false, Dead));
        Assert.Equal(Focus.Nobody, other.Focused);
    }

    [Fact]
    public void NothingIsHeardInTheDeadTime()
    {
        Assert.Equal(Focus.Nobody, _focus.Press(Key, true, Dead - 1));
        Assert.Equal(Focus.Nobody, _focus.Press(Key, true, Dead));
        Assert.Equal(Focus.Nobody, _focus.Press(Key, false, Dead));
        Assert.Equal(Phone, _focus.Press(Key, true, Dead));
        Assert.Equal(Phone, _focus.Press(Key, true, Dead + 1));
        Assert.Equal(Phone, _focus.Press(Key, false, Dead + 2));
    }

    [Fact]
    public void NothingIsHeardBeforeTheStripIsShown()
    {
        Assert.True(_focus.Turn());
        Assert.Equal(Focus.Nobody, _focus.Press(Key, true, ulong.MaxValue - 1));
        _focus.Shown(5000);
        Assert.Equal(Focus.Nobody, _focus.Press(Other, true, 5000 + Dead - 1));
        _focus.Press(Other, false, 5000 + Dead);
        Assert.Equal(Work, _focus.Press(Other, true, 5000 + Dead));
    }

    [Fact]
    public void WhatIsHeldAcrossAChangeReachesNeitherSide()
    {
        Assert.Equal(Phone, _focus.Press(Key, true, Dead));
        Assert.True(_focus.Turn());
        Assert.True(_focus.TryRelease(out int screen, out uint code));
        Assert.Equal((Phone, Key), (screen, code));
        Assert.False(_focus.TryRelease(out _, out _));
        _focus.Shown(5000);
        // It repeats, then goes up.
        Assert.Equal(Focus.Nobody, _focus.Press(Key, true, 9000));
        Assert.Equal(Focus.Nobody, _focus.Press(Key, false, 9001));
        Assert.Equal(Work, _focus.Press(Key, true, 9002));
    }

    [Fact]
    public void WhatHappensWhileTheDisplayChangesIsForTheScreenBeforeOrNobody()
    {
        _focus.Press(Key, true, Dead);
        _focus.Press(Other, true, Dead);
        _focus.Turn();
        Assert.Equal(Focus.Nobody, _focus.Press(Other, true, Dead));
        Assert.Equal(Phone, _focus.Press(Key, false, Dead));
        Assert.True(_focus.TryRelease(out int screen, out uint code));
        Assert.Equal((Phone, Other), (screen, code));
        Assert.False(_focus.TryRelease(out _, out _));
    }

    [Fact]
    public void AFingerIsFollowedByWhomItTouched()
    {
        Assert.Equal(Focus.Nobody, _focus.Move(Key));
        _focus.Press(Key, true, Dead);
        Assert.Equal(Phone, _focus.Move(Key));
        _focus.Turn();
        Assert.Equal(Focus.Nobody, _focus.Move(Key));
        _focus.Shown(5000);
        Assert.Equal(Focus.Nobody, _focus.Move(Key));
    }

    [Fact]
    public void AnEntryTakesTheFocusAndGivesItBack()
    {
        _focus.Turn();
        Assert.True(_focus.Ask(Pad, true, Dead));
        Assert.True(_focus.IsEntry);
        Assert.False(_focus.Ask(Pad, true, Dead));
        Assert.False(_focus.Turn());
        Assert.False(_focus.Ask(Work, false, Dead));
        Assert.Equal(Pad, _focus.Focused);
        Assert.True(_focus.Ask(Pad, false, Dead));
        Assert.Equal(Work, _focus.Focused);
    }

    [Fact]
    public void TheAttentionKeySendsAnEntryAwayUntilItHasGivenUp()
    {
        _focus.Ask(Pad, true, Dead);
        Assert.True(_focus.Attend(Dead));
        Assert.Equal(Phone, _focus.Focused);
        Assert.False(_focus.Ask(Pad, true, Dead + Peace));
        Assert.False(_focus.Ask(Pad, false, Dead + Peace));
        Assert.True(_focus.Ask(Pad, true, Dead + Peace));
    }

    [Fact]
    public void WhoHasSentAnEntryAwayHasPeaceAsLongAsKeysAreUsed()
    {
        _focus.Ask(Pad, true, Dead);
        _focus.Attend(Dead);
        _focus.Ask(Pad, false, Dead);
        Assert.False(_focus.Ask(Pad, true, Dead + Peace - 1));

        // To the other screen, which is used.
        Assert.True(_focus.Attend(Dead + 1));
        _focus.Shown(0);
        ulong now = Dead;
        for (int i = 0; i < 10; i++)
        {
            now += Peace - 1;
            Assert.False(_focus.Ask(Pad, true, now));
            Assert.Equal(Work, _focus.Press(Key, true, now));
            Assert.Equal(Work, _focus.Press(Key, false, now));
        }

        Assert.False(_focus.Ask(Pad, true, now + Peace - 1));
        Assert.True(_focus.Ask(Pad, true, now + Peace));
        Assert.True(_focus.IsEntry);
    }

    [Fact]
    public void WhoHasSentNothingAwayIsAskedAtOnce()
    {
        _focus.Press(Key, true, Dead);
        Assert.True(_focus.Ask(Pad, true, Dead));
        Assert.True(_focus.Ask(Pad, false, Dead));
        Assert.True(_focus.Ask(Pad, true, Dead));
    }

    [Fact]
    public void AGuestNeverGetsTheFocusByAsking()
    {
        Assert.False(_focus.Ask(Work, true, Dead));
        Assert.False(_focus.Ask(Phone, false, Dead));
        Assert.Equal(Phone, _focus.Focused);
    }

    [Fact]
    public void ACodeThatIsNoneIsNobodys() => Assert.Equal(Focus.Nobody, _focus.Press(KeySet.Limit, true, Dead));
}
