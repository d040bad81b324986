/**
 * The passwords of twelve characters and more that people choose most, in English and French, lower
 * case. Repetitions and runs along the keyboard are not here: `policy.ts` knows them as rules. A
 * list cannot be complete; guessing is limited as well (`domain/lockout.ts`).
 */
export const COMMON: ReadonlySet<string> = new Set(
  `
password1234 password12345 password123456 password1234567 password2020 password2021 password2022
password2023 password2024 password2025 password2026 password2027 password123! password1234!
password@123 password@1234 password#123 passwordpassword password.1234 password_123 password-1234
passw0rd1234 passw0rd123! p@ssword1234 p@ssw0rd1234 p@ssw0rd123! p@ssw0rd2024 p@ssw0rd2025
p@ssw0rd2026 p@$$w0rd1234 pa$$word1234 mypassword12 mypassword123 mypassword1234 mypassword1!
thisismypassword thisisapassword mysecretpassword secretpassword supersecret1 supersecret123
newpassword1 newpassword12 newpassword123 newpassword! yourpassword nopassword123 defaultpassword
temppassword temppassword1 temppassword123 temporary123 changeme1234 changeme123! changeme12345
changemeplease changemenow1 changethis12 changethispassword letmein12345 letmein123456
letmeinplease letmeinnow123 welcome12345 welcome123456 welcome2023! welcome2024! welcome2025!
welcome2026! welcome@1234 welcome@2024 welcome@2025 welcomehome1 administrator administrator1
administrator123 admin1234567 admin12345678 admin123456! admin@123456 admin@12345! adminadmin12
adminadmin123 adminadminadmin adminpassword adminpassword1 rootpassword rootroot1234 rootrootroot
superadmin123 superuser123 testpassword testpassword1 testpassword123 test12345678 testing12345
testtest1234 testtesttest demopassword demodemo1234 user12345678 userpassword guestpassword
default12345 master123456 masterpassword qwerty123456 qwerty1234567 qwerty12345678 qwertyqwerty
qwerty123qwerty qwertyuiop12 qwertyuiop123 qwertyuiop1234 qwertyuiop[] qwertyuiop[]\\ 1qaz2wsx3edc
1qaz2wsx3edc4rfv 1q2w3e4r5t6y 1q2w3e4r5t6y7u 1q2w3e4r5t6y7u8i 1q2w3e4r5t6y7u8i9o0p q1w2e3r4t5y6
q1w2e3r4t5y6u7i8 zaq12wsxcde3 zaq1xsw2cde3 zxcvbnm12345 zxcvbnm123456 zxcvbnm,./123 asdfghjkl123
asdfghjkl1234 asdf1234asdf asdfasdf1234 abcd1234efgh abcd12345678 abc123456789 abcdef123456
abcdefg12345 abc123abc123 abcabc123123 a1b2c3d4e5f6 a1b2c3d4e5f6g7 aa1234567890 a12345678910
a123456789012 aa123456789a 1234567890qwerty 123456qwerty 1234qwerasdf 1234qwerasdfzxcv qwer1234asdf
qwerasdfzxcv 123456789abc 123456abcdef 1234567890abc 123456789qwe 12345qwertyui 123qwe123qwe
123qweasdzxc 123456789101 12345678910111 1234567891011 123456789101112 123456654321 123456123456
111222333444 112233445566 11223344556677 1122334455667788 000111222333 147258369000 147258369147
159357159357 741852963000 789456123000 789456123789 987654321000 0123456789ab iloveyou1234
iloveyou12345 iloveyou123! iloveyouforever iloveyousomuch iloveyoubaby iloveyoubabe iloveyou2024
iloveyou2025 ilovemyfamily ilovemymother ilovemyself1 iloveyou3000 forgetmenot1 trustno1trustno1
sunshine1234 sunshine12345 princess1234 princess12345 football1234 football12345 baseball1234
basketball12 basketball123 superman1234 superman12345 batman123456 spiderman123 pokemon12345
starwars1234 starwars12345 starwars2024 harrypotter1 harrypotter123 michael12345 jordan123456
liverpool123 liverpool1234 manchester123 manchesterunited chelsea12345 arsenal12345 barcelona123
barcelona1234 realmadrid12 realmadrid123 juventus1234 parissaintgermain monkey123456 dragon123456
computer1234 computer12345 internet1234 internet12345 freedom12345 whatever1234 chocolate123
chocolate1234 butterfly123 butterfly1234 blink182blink hello1234567 helloworld12 helloworld123
helloworld1234 hellohello12 hellohello123 summer2023!! summer2024!! summer2025!! winter2024!!
winter2025!! spring2025!! autumn2025!! january2025! february2025 september2024 september2025
november2024 november2025 december2024 december2025 correcthorse correcthorsebattery
correcthorsebatterystaple tobeornottobe maytheforcebewithyou motdepasse12 motdepasse123
motdepasse1234 motdepasse12345 motdepasse123! motdepasse2024 motdepasse2025 motdepasse2026
motdepassemotdepasse monmotdepasse monmotdepasse1 monmotdepasse123 unmotdepasse nouveaumotdepasse
azerty123456 azerty1234567 azerty12345678 azertyazerty azerty123azerty azertyuiop12 azertyuiop123
azertyuiop1234 azertyuiop^$ 1a2z3e4r5t6y a1z2e3r4t5y6 a1z2e3r4t5y6u7i8 &é"'(-è_çà)= azer1234tyui
qsdfghjklm12 qsdfghjklm123 wxcvbn123456 bonjour12345 bonjour123456 bonjourbonjour bonjour123bonjour
soleil123456 soleilsoleil doudou123456 doudoudoudou loulou123456 loulouloulou chouchou1234
chouchou12345 chouchouchouchou nicolas12345 nathalie1234 isabelle1234 sebastien123 alexandre123
alexandre1234 christophe12 christophe123 marseille123 marseille1234 marseille13013
olympiquedemarseille allezlom1234 parisparis12 parisparis75 paris2024paris france123456
francefrance vivelafrance vivelafrance1 champion1998 championdumonde camille12345 caroline1234
caramel12345 chocolat1234 papillon1234 papillon12345 tiramisu1234 coucou123456 coucoucoucou
coucou123coucou jetaime12345 jetaime123456 jetaimejetaime jetaimefort1 jetaimepourlavie
monamour1234 monamour12345 monamourmonamour amouramour12 amour1234567 mariage2024! toutlemonde1
administrateur administrateur1 bienvenue123 bienvenue1234 bienvenue2024 bienvenue2025 bienvenue2026
changezmoi123 changermoi123 utilisateur1 utilisateur123 secretsecret secret123456 comptoir1234
comptoir2025 comptoir2026 comptoircomptoir
`
    .trim()
    .split(/\s+/u),
);
