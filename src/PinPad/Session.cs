using System;
using System.Runtime.CompilerServices;
using Redoubt.Dice;
using Redoubt.PinPad.Protocol;

namespace Redoubt.PinPad;

/// <summary>What the pinpad waits for.</summary>
internal enum Phase
{
    /// <summary>The phone's software, to ask for something.</summary>
    Idle,

    /// <summary>The bank.</summary>
    Bank,

    /// <summary>The person, to confirm a transaction with the PIN.</summary>
    Pin,

    /// <summary>The person, to type the one-time code of an enrolment.</summary>
    Code,

    /// <summary>The person, to read how it ended.</summary>
    Result,
}

/// <summary>How something ended, for the person.</summary>
internal enum Ending
{
    /// <summary>The bank's verdict says it.</summary>
    Verdict,

    /// <summary>The bank could not be reached, or did not accept this device, or said what can't be understood.</summary>
    NoBank,

    /// <summary>This device has no identity, or the image does not know the bank.</summary>
    NoIdentity,
}

/// <summary>
/// One conversation with a bank, on behalf of a person (docs/pin-entry.md). It is told what comes from the phone's software and from the person, and asks for
/// nothing but time: what it wants shown or sent, others take from it.
/// </summary>
internal static unsafe partial class Session
{
    private static RelayReader s_relay;
    private static Outbox s_outbox;
    private static Bytes16 s_handle;
    private static Message s_transaction;
    private static Signer s_signer;
    private static StatementBytes s_statement;
    private static int s_transactionSize;
    private static bool s_enrolling, s_approved, s_ready;
    private static int s_bank;

    /// <summary>What it waits for.</summary>
    public static Phase Phase { get; private set; }

    /// <summary>In <see cref="Phase.Result"/>: how it ended; the bank's verdict and the attempts left.</summary>
    public static Ending Ending { get; private set; }

    public static Verdict Verdict { get; private set; }

    public static int AttemptsLeft { get; private set; }

    /// <summary>Whether the person may try again: the PIN was wrong, and attempts are left.</summary>
    public static bool MayRetry => Phase == Phase.Result && Ending == Ending.Verdict && Verdict == Verdict.WrongPin && AttemptsLeft > 0;

    /// <summary>What goes to the phone's software.</summary>
    public static ref Outbox Outbox => ref s_outbox;

    /// <summary>Whether another byte of the phone's software can be taken.</summary>
    public static bool TakesBytes => !s_hasData && s_outbox.Room > 2 * RelayMessage.Longest;

    /// <summary>Prepares.</summary>
    /// <param name="ready">Whether there are credentials.</param>
    public static void Open(bool ready)
    {
        s_ready = ready;
        s_signer.Prepare();
    }

    /// <summary>The bank that it is about.</summary>
    public static bool TryBank(out BankAnchor bank) => BankAnchor.TryFind(Page, s_bank, out bank);

    /// <summary>In <see cref="Phase.Pin"/>: what is to be confirmed.</summary>
    public static bool TryTransaction(out Transaction transaction) => Transaction.TryRead(TransactionBytes, out transaction);

    /// <summary>Takes a byte from the phone's software, when <see cref="TakesBytes"/>.</summary>
    public static void Take(byte value)
    {
        if (!s_relay.Take(value))
            return;
        ReadOnlySpan<byte> content = s_relay.Content;
        switch (s_relay.Type)
        {
            case RelayMessage.Authorise when content.Length == 1 + Messages.HandleSize:
                if (Phase != Phase.Idle)
                {
                    s_outbox.Put(RelayMessage.Ended, default);
                    break;
                }

                content.Slice(1).CopyTo(s_handle);
                s_enrolling = false;
                s_stale = 0;
                s_bank = content[0];
                Fetch();
                break;
            case RelayMessage.Enrol when content.Length == 1:
                if (Phase != Phase.Idle)
                {
                    s_outbox.Put(RelayMessage.Ended, default);
                    break;
                }

                s_enrolling = true;
                s_stale = 0;
                s_bank = content[0];
                if (!s_ready || !TryBank(out _))
                    End(Ending.NoIdentity);
                else
                    Phase = Phase.Code;
                break;
            case RelayMessage.Data when content.Length > 0 && IsConnected && s_stale == 0:
                s_hasData = true;
                s_taken = 0;
                break;
            case RelayMessage.Closed when content.IsEmpty && s_stale > 0:
                s_stale--;
                break;
            case RelayMessage.Closed when content.IsEmpty && IsConnected:
                Disconnect();
                if (Phase is Phase.Bank)
                    End(Ending.NoBank);
                break;
        }
    }

    /// <summary>The person confirms with a PIN.</summary>
    public static void Confirm(scoped ReadOnlySpan<byte> pin)
    {
        if (Phase != Phase.Pin || !TryTransaction(out Transaction transaction))
            return;
        Span<byte> statement = s_statement;
        statement = statement.Slice(0, Statement.Make(ref s_signer, Credentials.Key, Credentials.DeviceKey, transaction.Nonce, transaction.Id, TransactionBytes, statement));
        Span<byte> body = Body;
        Frame.Close(body, Messages.WriteResponse(body.Slice(Frame.Head), transaction.Id, Outcome.Ok, statement, pin));
        s_approved = true;
        Ask();
    }

    /// <summary>The entry ends without a PIN.</summary>
    public static void Decline(Outcome outcome)
    {
        if (Phase == Phase.Code)
        {
            End(Ending.Verdict, Verdict.Recorded, 0);
            return;
        }

        if (Phase == Phase.Pin && TryTransaction(out Transaction transaction))
            Refuse(transaction.Id, outcome);
    }

    /// <summary>The person has typed the one-time code.</summary>
    public static void Enrol(scoped ReadOnlySpan<byte> code)
    {
        if (Phase != Phase.Code)
            return;
        Span<byte> body = Body;
        Frame.Close(body, Messages.WriteEnrol(body.Slice(Frame.Head), code));
        Ask();
    }

    /// <summary>The person has read how it ended.</summary>
    public static void Leave(bool retry)
    {
        if (Phase != Phase.Result)
            return;
        if (retry && MayRetry)
        {
            Fetch();
            return;
        }

        Hang();
        Wipe();
        Phase = Phase.Idle;
        s_outbox.Put(RelayMessage.Ended, default);
    }

    /// <summary>The bank took too long.</summary>
    public static void GiveUp()
    {
        if (Phase == Phase.Bank)
            End(Ending.NoBank);
    }

    private static ReadOnlySpan<byte> Page => new((void*)Abi.Layout.Anchors, 4096);

    private static ReadOnlySpan<byte> TransactionBytes => ((ReadOnlySpan<byte>)s_transaction).Slice(0, s_transactionSize);

    private static Span<byte> Body => ((Span<byte>)s_request).Slice(0, Frame.Size);

    /// <summary>The bank's answer to what was asked last.</summary>
    private static void Hear(scoped ReadOnlySpan<byte> message)
    {
        bool isStatus = Messages.TryReadStatus(message, out Verdict verdict, out int left);
        if (isStatus && IsDue(verdict))
        {
            End(Ending.Verdict, verdict, left);
        }
        else if (isStatus || s_enrolling || s_transactionSize != 0)
        {
            Hang();
            End(Ending.NoBank);
        }
        else if (Transaction.TryRead(message, out Transaction transaction))
        {
            s_transactionSize = message.Length;
            message.CopyTo(s_transaction);
            Phase = Phase.Pin;
        }
        else if (!transaction.Id.IsEmpty)
        {
            Refuse(transaction.Id, Outcome.Malformed);
        }
        else
        {
            Hang();
            End(Ending.NoBank);
        }
    }

    /// <summary>Whether a verdict is one on what was asked: nothing is called authorised that the person did not confirm.</summary>
    private static bool IsDue(Verdict verdict) => verdict switch
    {
        Verdict.Authorised or Verdict.WrongPin => s_approved,
        Verdict.Recorded => !s_approved && s_transactionSize != 0,
        Verdict.Enrolled => s_enrolling,
        Verdict.Locked => !s_enrolling,
        _ => true,
    };

    private static void Refuse(scoped ReadOnlySpan<byte> id, Outcome outcome)
    {
        Span<byte> body = Body;
        Frame.Close(body, Messages.WriteResponse(body.Slice(Frame.Head), id, outcome, default, default));
        s_transactionSize = 1;
        s_approved = false;
        Ask();
    }

    private static void Fetch()
    {
        s_transactionSize = 0;
        s_approved = false;
        Span<byte> body = Body;
        Frame.Close(body, Messages.WriteFetch(body.Slice(Frame.Head), s_handle));
        Ask();
    }

    /// <summary>Sends what stands in the body, on a new connection if there is none.</summary>
    private static void Ask()
    {
        if (!s_ready || !TryBank(out BankAnchor bank))
        {
            End(Ending.NoIdentity);
            return;
        }

        int head = Http.WriteRequest(((Span<byte>)s_request).Slice(Frame.Size), bank.Host);
        s_requestSize = head + Frame.Size;
        (s_requestSent, s_answerSize) = (0, 0);
        Phase = Phase.Bank;
        if (!IsConnected && !Connect(in bank))
            End(Ending.NoBank);
    }

    private static void End(Ending ending, Verdict verdict = Verdict.Refused, int left = 0)
    {
        (Ending, Verdict, AttemptsLeft) = (ending, verdict, left);
        Phase = Phase.Result;
        ((Span<byte>)s_request).Clear();
        ((Span<byte>)s_transaction).Clear();
        ((Span<byte>)s_statement).Clear();
    }

    private static void Wipe()
    {
        ((Span<byte>)s_request).Clear();
        ((Span<byte>)s_answer).Clear();
        ((Span<byte>)s_transaction).Clear();
        ((Span<byte>)s_statement).Clear();
        s_transactionSize = 0;
    }

    [InlineArray(Frame.Size)]
    private struct Message
    {
        private byte _first;
    }

    [InlineArray(Statement.Largest)]
    private struct StatementBytes
    {
        private byte _first;
    }

    [InlineArray(Messages.HandleSize)]
    private struct Bytes16
    {
        private byte _first;
    }
}
