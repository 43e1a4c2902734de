using CsCheck;
using Redoubt.Handset.Apps;

namespace Redoubt.Handset.Tests;

/// <summary>The phone's apps, as somebody uses them.</summary>
public sealed class AppTests
{
    private const string Handle = "00112233445566778899aabbccddeeff";
    private const float Continue = 600 - 50, Key5 = 416, FirstIcon = 60, SecondIcon = 180, ThirdIcon = 300, Icons = 600 - 92;

    private sealed class FakeBank(params string[] states) : IBank
    {
        private readonly Queue<string> _states = new(states);

        public List<(string Payee, string Account, long Cents)> Asked { get; } = [];

        public Task<Transfer> CreateAsync(string payee, string account, long cents)
        {
            Asked.Add((payee, account, cents));
            return Task.FromResult(new Transfer(Handle, "waits"));
        }

        public Task<Transfer> FindAsync(string handle) => Task.FromResult(new Transfer(handle, _states.Dequeue()));
    }

    private sealed class FakePinPad(TaskCompletionSource? ended = null) : IPinPad
    {
        public List<string> Handles { get; } = [];

        public Task AuthoriseAsync(string handle)
        {
            Handles.Add(handle);
            return ended?.Task ?? Task.CompletedTask;
        }

        public int Enrolments { get; private set; }

        public Task EnrolAsync()
        {
            Enrolments++;
            return ended?.Task ?? Task.CompletedTask;
        }
    }

    [Theory]
    [InlineData(FirstIcon, typeof(Bank))]
    [InlineData(SecondIcon, typeof(LuckyWin))]
    [InlineData(ThirdIcon, typeof(ThisPhone))]
    public void AnIconOpensItsApp(float x, Type app)
    {
        using Finger finger = new(new Home(new Phone(null, null)));
        Assert.True(finger.Touch(x, Icons));
        Assert.IsType(app, finger.App);
    }

    [Fact]
    public void TheWayBackLeadsHome()
    {
        foreach (App app in (App[])[new Bank(new Phone(null, null)), new ThisPhone(new Phone(null, null))])
        {
            using Finger finger = new(app);
            finger.Touch(30, 40);
            Assert.IsType<Home>(finger.App);
        }
    }

    [Fact]
    public void ATransferIsAskedForAndAuthorised()
    {
        FakeBank bank = new("authorised");
        FakePinPad pinPad = new();
        using Finger finger = new(new Bank(new Phone(bank, pinPad)));
        finger.Touch(180, 190);
        finger.Touch(180, Key5);
        finger.Touch(180, Continue);
        Assert.Equal([("Nora Lindqvist", "SE4550000000058398257466", 48_50_5)], bank.Asked);
        Assert.Equal([Handle], pinPad.Handles);
        Assert.False(finger.App.IsStale);
        Assert.True(finger.Touch(180, Continue));
        Assert.IsType<Bank>(finger.App);
    }

    [Fact]
    public void WhileThePinIsEnteredThereIsNothingToTouchButTheWayBack()
    {
        FakeBank bank = new("cancelled");
        TaskCompletionSource ended = new();
        using Finger finger = new(new Bank(new Phone(bank, new FakePinPad(ended))));
        finger.Touch(180, Continue);
        Assert.False(finger.Touch(180, Continue));
        Assert.False(finger.App.IsStale);
        ended.SetResult();
        Assert.True(SpinWait.SpinUntil(() => finger.App.IsStale, TimeSpan.FromSeconds(30)));
        byte[] waiting = finger.Pixels;
        finger.Look();
        Assert.NotEqual(waiting, finger.Pixels);
        Assert.Single(bank.Asked);
    }

    [Fact]
    public void ThePhoneIsBoundByACodeThatTheAppDoesNotAskFor()
    {
        FakePinPad pinPad = new(new TaskCompletionSource());
        using Finger finger = new(new Bank(new Phone(new FakeBank(), pinPad)));
        Assert.True(finger.Touch(300, 90));
        Assert.Equal(1, pinPad.Enrolments);
        Assert.False(finger.Touch(180, Continue));
    }

    [Fact]
    public void WithoutAccountOrPinPadNothingIsAsked()
    {
        FakeBank bank = new();
        foreach (Phone phone in (Phone[])[new(null, new FakePinPad()), new(bank, null)])
        {
            using Finger finger = new(new Bank(phone));
            byte[] before = finger.Pixels;
            finger.Touch(180, Continue);
            Assert.NotEqual(before, finger.Pixels);
        }

        Assert.Empty(bank.Asked);
    }

    [Fact]
    public void WhateverIsTouchedTheAmountIsOneThatTheBankTakes() =>
        Gen.Select(Gen.Float[0, 360], Gen.Float[64, 540]).Array[0, 40].Sample(
            touches =>
            {
                FakeBank bank = new("authorised");
                using Finger finger = new(new Bank(new Phone(bank, new FakePinPad())), 90, 150);
                foreach ((float x, float y) in touches)
                    finger.Touch(x, y);
                finger.Touch(180, Continue);
                return bank.Asked.All(asked => asked.Cents is > 0 and <= 99_999_99);
            },
            iter: 60);

    [Theory]
    [InlineData(720, 1216)]
    [InlineData(1080, 2000)]
    [InlineData(480, 800)]
    public void EachAppFillsTheScreen(int width, int height)
    {
        Phone phone = new(null, null);
        foreach (App app in (App[])[new Home(phone), new Bank(phone), new LuckyWin(phone), new ThisPhone(phone)])
        {
            using Finger finger = new(app, width, height);
            Assert.DoesNotContain(finger.Pixels.Chunk(4), pixel => pixel is [0, 0, 0, _]);
        }
    }
}
